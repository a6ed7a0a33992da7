import { toNumber } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import { toIso } from '../domain/time.ts';
import { dailyReturns, type Metrics, measure, type Trade } from './metrics.ts';
import type { BacktestRequest, Progress } from './request.ts';
import { type Outcome, simulate } from './simulate.ts';

export interface WalkForwardRequest extends Omit<BacktestRequest, 'parameters' | 'observe' | 'lookAhead'> {
  /** Values to try per parameter; every combination is one trial. */
  grid: Record<string, readonly number[]>;
  /** Test stretches; the history is cut into one more. */
  folds?: number;
  /** Bars left out between fit and test, so that what was held in the one cannot reach into the other. */
  purgeBars?: number;
}

export interface Fold {
  train: { from: string; to: string };
  test: { from: string; to: string };
  chosen: Record<string, number>;
  inSample: { return: number; score: number | null };
  outOfSample: { return: number; score: number | null; trades: number };
}

export interface WalkForwardReport {
  strategy: string;
  symbol: string;
  folds: Fold[];
  /** Of the test stretches joined into one curve: what somebody who re-fitted on the way would have had. */
  outOfSample: Metrics;
  /** Mean score out of sample over the mean in sample: what is left of a fit; null where there was none to lose. */
  efficiency: number | null;
  trials: number;
  verdict: 'proven' | 'not proven';
  reason: string;
}

const MOST_TRIALS = 2_000;
const LEAST_FOLD_BARS = 50;
/** Standard errors: luck alone gives this once in seven hundred tries, and tries are cheap. */
const CONVINCING = 3;
const LEAST_TRADES = 30;

/**
 * Fits on the past, tests on what follows, and moves on: the parameters with the best score on everything before a
 * stretch trade that stretch, from a fresh account. Yields so that a process may do other work.
 */
export function* walkForwardSteps(request: WalkForwardRequest): Generator<Progress, WalkForwardReport, void> {
  const { series, folds: count = 5, purgeBars = 24, strategy, instrument } = request;
  const trials = combinations(request.grid);
  const stretches = stretchesOf(request, count);
  const folds: Fold[] = [];
  const tests: Outcome[] = [];
  for (const [from, to] of stretches.slice(1)) {
    const train = { from: stretches[0]![0], to: from - purgeBars - 1 };
    let best: { chosen: Record<string, number>; score: number; outcome: Outcome } | undefined;
    for (const chosen of trials) {
      const outcome = yield* run(request, chosen, train);
      const score = scoreOf(outcome);
      // The first of equals: the order of the grid decides, not chance.
      if (!best || score > best.score) best = { chosen, score, outcome };
    }
    const { chosen, score, outcome } = best!;
    const test = yield* run(request, chosen, { from, to });
    tests.push(test);
    folds.push({
      train: { from: toIso(series.openTime[train.from]!), to: toIso(series.closeTime[train.to]!) },
      test: { from: toIso(series.openTime[from]!), to: toIso(series.closeTime[to]!) },
      chosen,
      inSample: { return: returnOf(outcome), score: finite(score) },
      outOfSample: {
        return: returnOf(test),
        score: finite(scoreOf(test)),
        trades: test.simulation.trades.length,
      },
    });
  }
  const joined = join(tests);
  return {
    strategy,
    symbol: instrument.symbol,
    folds,
    outOfSample: measure(joined),
    efficiency: efficiencyOf(folds),
    trials: trials.length * folds.length,
    ...verdictOf(joined),
  };
}

export function walkForward(request: WalkForwardRequest): WalkForwardReport {
  const steps = walkForwardSteps(request);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Only bars up to `to` are handed over: a fit cannot see its test. */
const run = (request: WalkForwardRequest, parameters: Record<string, number>, rows: { from: number; to: number }) =>
  simulate({
    ...request,
    parameters,
    from: request.series.openTime[rows.from]!,
    to: request.series.closeTime[rows.to]!,
  });

/** Every combination of the grid, the last parameter turning fastest. */
export function combinations(grid: Record<string, readonly number[]>): Record<string, number>[] {
  const all = Object.entries(grid).reduce<Record<string, number>[]>(
    (found, [name, values]) => found.flatMap((each) => values.map((value) => ({ ...each, [name]: value }))),
    [{}],
  );
  if (all.length === 0 || all.length > MOST_TRIALS) {
    throw new AppError('invalid_input', `The grid has ${all.length} combinations; 1 to ${MOST_TRIALS} can be tried.`);
  }
  return all;
}

function stretchesOf({ series, from, to }: WalkForwardRequest, count: number): [number, number][] {
  const rows = Array.from({ length: series.length }, (_, row) => row).filter(
    (row) => row > 0 && series.openTime[row]! >= (from ?? 0) && series.closeTime[row]! <= (to ?? Infinity),
  );
  const size = Math.floor(rows.length / (count + 1));
  if (size < LEAST_FOLD_BARS) {
    throw new AppError(
      'not_enough_history',
      `${rows.length} bars are too few for ${count} folds of at least ${LEAST_FOLD_BARS} bars.`,
    );
  }
  const first = rows[0]! + (rows.length - size * (count + 1));
  return Array.from({ length: count + 1 }, (_, k) => [first + k * size, first + (k + 1) * size - 1]);
}

const returnOf = ({ curve, simulation }: Outcome) =>
  curve[curve.length - 1]! / toNumber(simulation.account().deposited) - 1;

/** Mean over deviation of the daily returns; -Infinity for a fit that never traded. */
function scoreOf(outcome: Outcome): number {
  const { mean, deviation } = spread(join([outcome]));
  return deviation > 0 ? mean / deviation : Number.NEGATIVE_INFINITY;
}

const finite = (score: number) => (Number.isFinite(score) ? score : null);

function efficiencyOf(folds: readonly Fold[]): number | null {
  const mean = (scores: (number | null)[]) => scores.reduce<number>((sum, score) => sum + (score ?? 0), 0);
  const inside = mean(folds.map((fold) => fold.inSample.score));
  return inside > 0 ? mean(folds.map((fold) => fold.outOfSample.score)) / inside : null;
}

/** Runs one after the other as one account would have lived them, each scaled to what the one before left. */
function join(outcomes: readonly Outcome[]) {
  const times: number[] = [];
  const equity: number[] = [];
  const trades: Trade[] = [];
  const cash = toNumber(outcomes[0]!.simulation.account().deposited);
  let scale = 1;
  let barsHeld = 0;
  let traded = 0;
  for (const { curve, simulation, first, closeTimes, barsHeld: held } of outcomes) {
    for (let i = 0; i < curve.length; i++) {
      times.push(closeTimes[first + i]!);
      equity.push(curve[i]! * scale);
    }
    trades.push(...simulation.trades.map((trade) => ({ ...trade, profit: trade.profit * scale })));
    traded += simulation.traded() * scale;
    barsHeld += held;
    scale = equity[equity.length - 1]! / cash;
  }
  const start = { time: outcomes[0]!.startTime, equity: cash };
  return { start, times: Float64Array.from(times), equity: Float64Array.from(equity), barsHeld, traded, trades };
}

function spread(joined: ReturnType<typeof join>) {
  const returns = dailyReturns(joined);
  const mean = returns.reduce((sum, each) => sum + each, 0) / Math.max(1, returns.length);
  const deviation = Math.sqrt(returns.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, returns.length));
  return { mean, deviation, days: returns.length };
}

/** Says `proven` only for a result out of sample that luck alone would hardly give. */
function verdictOf(joined: ReturnType<typeof join>): Pick<WalkForwardReport, 'verdict' | 'reason'> {
  const { mean, deviation, days } = spread(joined);
  const trades = joined.trades.length;
  const not = (reason: string) => ({ verdict: 'not proven' as const, reason });
  if (trades < LEAST_TRADES) return not(`${trades} trades out of sample are too few; ${LEAST_TRADES} are needed.`);
  const errors = deviation > 0 ? mean / (deviation / Math.sqrt(days)) : 0;
  const told = `The mean day out of sample is ${errors.toFixed(2)} standard errors from zero over ${days} days`;
  if (errors < CONVINCING) return not(`${told}; ${CONVINCING} are needed.`);
  return { verdict: 'proven', reason: `${told} and ${trades} trades.` };
}
