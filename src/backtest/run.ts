import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical.ts';
import { formatAmount, toNumber } from '../domain/decimal.ts';
import { toIso } from '../domain/time.ts';
import { equity as marked } from '../portfolio/account.ts';
import { findStrategy, parametersOf } from '../strategies/index.ts';
import { datasetHash, thin } from './dataset.ts';
import { lookAheadSteps } from './look-ahead.ts';
import { measure } from './metrics.ts';
import type { BacktestReport } from './report.ts';
import type { BacktestRequest, Progress } from './request.ts';
import { simulate } from './simulate.ts';

const CURVE_POINTS = 500;
/** Bars that the panel likes to have seen: its longest average. */
const WARM = 200;

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

/** One yield every few hundred bars; the last value is the report. */
export function* backtestSteps(request: BacktestRequest): Generator<Progress, BacktestReport, void> {
  const { instrument, series, strategy: name, source, simulated, policy, currency = 'USD' } = request;
  const outcome = yield* simulate(request);
  const { first, last, startTime, costs, curve, simulation } = outcome;
  const rule = findStrategy(name);
  const account = simulation.account();
  request.observe?.end?.(account);
  const start = { time: startTime, equity: toNumber(account.deposited) };
  const lookAhead = request.lookAhead === false ? null : yield* lookAheadSteps(request, outcome);
  const times = series.closeTime.subarray(first, last + 1);
  const { commission, spread, slippage } = simulation.spent;
  const unhashed: Omit<BacktestReport, 'hash'> = {
    strategy: name,
    parameters: rule ? parametersOf(rule, request.parameters) : {},
    symbol: instrument.symbol,
    interval: series.interval,
    from: toIso(startTime),
    to: toIso(series.closeTime[last]!),
    source,
    simulated,
    bars: curve.length,
    currency,
    initialCash: formatAmount(account.deposited),
    finalEquity: formatAmount(
      marked(account, { [instrument.symbol]: { price: series.close[last]!, rate: outcome.lastRate } }),
    ),
    metrics: measure({
      start,
      times,
      equity: curve,
      barsHeld: outcome.barsHeld,
      traded: simulation.traded(),
      trades: simulation.trades,
    }),
    buyAndHold: series.close[last]! / series.open[first]! - 1,
    trades: simulation.trades.map((trade) => ({
      ...trade,
      openedAt: toIso(trade.openedAt),
      closedAt: toIso(trade.closedAt),
    })),
    equity: curveOf(times, curve, start.equity),
    costs: { commission, spread, slippage, total: commission + spread + slippage, model: costs },
    decisions: outcome.decisions,
    intents: outcome.intents,
    rejections: outcome.rejections,
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
    lookAhead,
    notices: noticesOf(first, rule?.warmup(request.parameters) ?? WARM, simulation.isHolding()),
  };
  return { ...unhashed, hash: createHash('sha256').update(canonicalJson(unhashed)).digest('hex') };
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

function noticesOf(before: number, warmup: number, holding: boolean): string[] {
  const notices: string[] = [];
  if (before < warmup) {
    notices.push(`Only ${before} bars lie before the first traded one; it takes ${warmup} to be warm.`);
  }
  if (holding)
    notices.push('A position was still open at the end; it counts at the last close, before the cost of closing.');
  return notices;
}
