import { countKnown } from '../domain/bar.ts';
import { AppError } from '../domain/errors.ts';
import { type Timestamp, toIso } from '../domain/time.ts';
import { stopIfAborted } from '../engine/analyze.ts';
import { findStrategy, strategyNames } from '../strategies/index.ts';
import { type Costs, defaultCosts } from './costs.ts';
import { consensusDecider, type Decided, ruleDecider } from './deciders.ts';
import { rateOf } from './rate.ts';
import type { BacktestRequest, Progress } from './request.ts';
import { createSimulation, type Simulation } from './simulation.ts';

const PROGRESS_EVERY = 256;

/** What a run leaves behind, before anybody measures it. */
export interface Outcome {
  /** Rows that were traded on, both inclusive. */
  first: number;
  last: number;
  startTime: Timestamp;
  /** Of every bar given, by row. */
  closeTimes: Float64Array;
  costs: Costs;
  /** Equity at each close. */
  curve: Float64Array;
  barsHeld: number;
  /** One line per decision: what a run on less history must repeat. */
  past: { row: number; text: string }[];
  decisions: number;
  intents: { approved: number; resized: number; rejected: number };
  rejections: Record<string, number>;
  simulation: Simulation;
  /** Quote currency to the account's at the last close. */
  lastRate: number;
}

/** The event loop: a bar completes, earlier orders meet it, the account is marked, the strategy decides. */
export function* simulate(request: BacktestRequest): Generator<Progress, Outcome, void> {
  const { instrument, series, strategy: name, currency = 'USD' } = request;
  const costs: Costs = { ...defaultCosts, ...request.costs };
  const { first, last } = rowsOf(request);
  const toAccount = rateOf(instrument, currency, request.rate);
  const startTime = series.openTime[first]!;
  const simulation = createSimulation(request, costs, startTime);
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
  const past: Outcome['past'] = [];
  const id = () => request.decisionId?.(past.length + 1) ?? `bt-${past.length + 1}`;

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
    const decided = decide({ row, closeTime: bar.closeTime, equity, rate }, id);
    if (decided) {
      const { decision } = decided;
      const decisionId = id();
      past.push({ row, text: lineOf(decided) });
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

  const lastRate = toAccount(series.close[last]!, series.closeTime[last]!);
  return {
    first,
    last,
    startTime,
    closeTimes: series.closeTime,
    costs,
    curve,
    barsHeld,
    past,
    decisions: past.length,
    intents,
    rejections,
    simulation,
    lastRate,
  };
}

function lineOf({ decision: { outcome, intent }, conviction }: Decided): string {
  const wish = intent ? ` ${intent.side} ${intent.quantity} stop ${intent.stopLoss}` : '';
  return `${outcome} ${conviction}${wish}`;
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
