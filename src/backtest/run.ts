import { createHash } from 'node:crypto';
import { countKnown } from '../domain/bar.ts';
import { canonicalJson } from '../domain/canonical.ts';
import { formatAmount } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import { toIso } from '../domain/time.ts';
import { stopIfAborted } from '../engine/analyze.ts';
import { equity as marked } from '../portfolio/account.ts';
import { findStrategy, parametersOf, strategyNames } from '../strategies/index.ts';
import { type Costs, defaultCosts } from './costs.ts';
import { datasetHash, thin } from './dataset.ts';
import { consensusDecider, ruleDecider } from './deciders.ts';
import { measure } from './metrics.ts';
import { rateOf } from './rate.ts';
import type { BacktestReport } from './report.ts';
import type { BacktestRequest, Progress } from './request.ts';
import { createSimulation } from './simulation.ts';

const CURVE_POINTS = 500;
const PROGRESS_EVERY = 256;

/** Runs a backtest to its end. Throws `invalid_input`, `not_enough_history` or `cancelled`. */
export function runBacktest(request: BacktestRequest): BacktestReport {
  const steps = backtestSteps(request);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * The same for a process that has other work: `pause` is awaited every few hundred bars, so that requests are answered
 * and an abort is heard.
 */
export async function runBacktestPolitely(
  request: BacktestRequest,
  pause: () => Promise<void>,
): Promise<BacktestReport> {
  const steps = backtestSteps(request);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await pause();
  }
}

/** The event loop: a bar completes, earlier orders meet it, the account is marked, the strategy decides. */
export function* backtestSteps(request: BacktestRequest): Generator<Progress, BacktestReport, void> {
  const { instrument, series, strategy: name, source, simulated, policy, currency = 'USD', initialCash } = request;
  const costs: Costs = { ...defaultCosts, ...request.costs };
  const { first, last } = rowsOf(request);
  const toAccount = rateOf(instrument, currency, request.rate);
  const start = { time: series.openTime[first]!, equity: Number(initialCash ?? '100000') };
  const simulation = createSimulation(request, costs, start.time);
  const rule = name === 'consensus' ? undefined : findStrategy(name);
  const decide = rule
    ? ruleDecider(rule, request, currency, simulation)
    : consensusDecider(request, currency, simulation);

  const count = last - first + 1;
  const curve = new Float64Array(count);
  const intents = { approved: 0, resized: 0, rejected: 0 };
  const rejections: Record<string, number> = {};
  const bar = { openTime: 0, closeTime: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 };
  let barsHeld = 0;
  let decisions = 0;
  const id = () => request.decisionId?.(decisions + 1) ?? `bt-${decisions + 1}`;

  for (let row = first; row <= last; row++) {
    bar.openTime = series.openTime[row]!;
    bar.closeTime = series.closeTime[row]!;
    bar.open = series.open[row]!;
    bar.high = series.high[row]!;
    bar.low = series.low[row]!;
    bar.close = series.close[row]!;
    bar.volume = series.volume[row]!;
    simulation.meet(bar, toAccount(bar.open, bar.openTime));
    const rate = toAccount(bar.close, bar.closeTime);
    const equity = simulation.equity(bar.close, rate);
    curve[row - first] = equity;
    if (simulation.isHolding()) barsHeld++;
    const decision = decide({ row, closeTime: bar.closeTime, equity, rate }, id);
    if (decision) {
      const decisionId = id();
      decisions++;
      if (decision.outcome !== 'no_trade') intents[decision.outcome]++;
      const { verdict } = decision;
      if (verdict?.outcome === 'rejected') {
        for (const { code, passed } of verdict.checks) if (!passed) rejections[code] = (rejections[code] ?? 0) + 1;
      } else if (verdict) {
        const key = request.orderKey?.(bar.closeTime) ?? decisionId;
        simulation.place(verdict.order, key, decisionId, bar.closeTime);
      }
    }
    if ((row - first) % PROGRESS_EVERY === PROGRESS_EVERY - 1) {
      stopIfAborted(request.signal);
      const progress = { bars: row - first + 1, of: count };
      request.onProgress?.(progress);
      yield progress;
    }
  }

  const times = series.closeTime.subarray(first, last + 1);
  const account = simulation.account();
  request.observe?.end?.(account);
  const lastRate = toAccount(series.close[last]!, series.closeTime[last]!);
  const { commission, spread, slippage } = simulation.spent;
  const unhashed: Omit<BacktestReport, 'hash'> = {
    strategy: name,
    parameters: rule ? parametersOf(rule, request.parameters) : {},
    symbol: instrument.symbol,
    interval: series.interval,
    from: toIso(start.time),
    to: toIso(series.closeTime[last]!),
    source,
    simulated,
    bars: count,
    currency,
    initialCash: formatAmount(account.deposited),
    finalEquity: formatAmount(marked(account, { [instrument.symbol]: { price: series.close[last]!, rate: lastRate } })),
    metrics: measure({
      start,
      times,
      equity: curve,
      barsHeld,
      traded: simulation.traded(),
      trades: simulation.trades,
    }),
    buyAndHold: series.close[last]! / series.open[first]! - 1,
    trades: simulation.trades,
    equity: curveOf(times, curve, start.equity),
    costs: { commission, spread, slippage, total: commission + spread + slippage, model: costs },
    decisions,
    intents,
    rejections,
    orders: simulation.orders(),
    fills: simulation.fills(),
    dataset: {
      hash: datasetHash(series),
      bars: series.length,
      from: toIso(series.openTime[0]!),
      to: toIso(series.closeTime[series.length - 1]!),
    },
    seed: null,
    policy,
    lookAhead: null,
    notices: noticesOf(first, rule?.warmup(request.parameters) ?? 0),
  };
  return { ...unhashed, hash: createHash('sha256').update(canonicalJson(unhashed)).digest('hex') };
}

/** Rows to trade on. The first bar of all is never traded: nothing was known before it. */
function rowsOf({ series, strategy, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: BacktestRequest) {
  if (strategy !== 'consensus' && !findStrategy(strategy)) {
    throw new AppError('invalid_input', `There is no strategy "${strategy}".`, {
      hint: `Use consensus, ${strategyNames.join(', ')}.`,
    });
  }
  let first = 1;
  while (first < series.length && series.openTime[first]! < from) first++;
  const last = countKnown(series, to) - 1;
  if (last - first < 1) {
    const covered = series.length > 0 ? `from ${toIso(series.openTime[0]!)} to ${toIso(series.closeTime.at(-1)!)}` : '';
    throw new AppError('not_enough_history', `There are too few bars of ${series.symbol} in that time.`, {
      hint: covered ? `Bars are stored ${covered}; choose from and to inside, or import more.` : undefined,
    });
  }
  return { first, last };
}

function curveOf(times: Float64Array, curve: Float64Array, start: number): BacktestReport['equity'] {
  const falls = new Float64Array(curve.length);
  let peak = start;
  for (let i = 0; i < curve.length; i++) {
    peak = Math.max(peak, curve[i]!);
    falls[i] = 1 - curve[i]! / peak;
  }
  return thin(curve.length, CURVE_POINTS).map((i) => ({
    time: toIso(times[i]!),
    equity: curve[i]!,
    drawdown: falls[i]!,
  }));
}

const noticesOf = (before: number, warmup: number) =>
  before < warmup
    ? [`Only ${before} bars lie before the first traded one; the strategy is flat until it has seen ${warmup}.`]
    : [];
