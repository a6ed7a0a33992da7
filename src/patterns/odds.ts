import type { Bias, CandlestickSighting } from './candlesticks.ts';
import type { ChartPattern } from './chart-patterns.ts';

/** Fewer cases than this are an anecdote. */
export const MIN_CASES = 20;

/** How often a pattern came true on this very series, up to now. */
export interface Odds {
  pattern: string;
  bias: Bias;
  verdict: 'measured' | 'not enough cases';
  /** What counts as a hit: the price moved its way after `horizon` bars, or the target was reached first. */
  measure: 'direction' | 'target';
  /** Bars looked ahead; null where the target decides. */
  horizon: number | null;
  cases: number;
  /** Cases whose outcomes do not overlap in time: what the interval is computed from. */
  effectiveCases: number;
  hits: number;
  /** Null below 20 cases, as are the interval and the edge. */
  hitRate: number | null;
  /** 95 % Wilson score interval of the hit rate. */
  interval: { low: number; high: number } | null;
  /** The same measure with no pattern: all bars, or a random walk between target and invalidation. */
  baseRate: number | null;
  edge: number | null;
}

const Z95 = 1.959963984540054;

/** Wilson score interval for a share `rate` of `count` cases. @see E. B. Wilson, JASA 22 (1927) */
export function wilsonInterval(rate: number, count: number): { low: number; high: number } {
  const square = (Z95 * Z95) / count;
  const center = (rate + square / 2) / (1 + square);
  const reach = (Z95 / (1 + square)) * Math.sqrt((rate * (1 - rate)) / count + square / (4 * count));
  return { low: Math.max(0, center - reach), high: Math.min(1, center + reach) };
}

interface Tally extends Pick<Odds, 'pattern' | 'bias' | 'measure' | 'horizon' | 'baseRate'> {
  cases: { index: number; hit: boolean }[];
  /** Cases closer than this share bars of their outcomes. */
  apart: number;
}

function judged({ cases, apart, ...rest }: Tally): Odds {
  const hits = cases.filter(({ hit }) => hit).length;
  const enough = cases.length >= MIN_CASES;
  let [effectiveCases, last] = [0, Number.NEGATIVE_INFINITY];
  for (const { index } of cases) {
    if (index - last < apart) continue;
    effectiveCases++;
    last = index;
  }
  const hitRate = enough ? hits / cases.length : null;
  return {
    ...rest,
    verdict: enough ? 'measured' : 'not enough cases',
    cases: cases.length,
    effectiveCases,
    hits,
    hitRate,
    interval: hitRate === null ? null : wilsonInterval(hitRate, effectiveCases),
    edge: hitRate === null || rest.baseRate === null ? null : hitRate - rest.baseRate,
  };
}

/** Whether the price stood higher (lower for a falling pattern) `horizon` bars later. A neutral pattern is read as up. */
export function candlestickOdds(
  { pattern, bias }: Pick<CandlestickSighting, 'pattern' | 'bias'>,
  sightings: readonly CandlestickSighting[],
  close: Float64Array,
  horizon: number,
): Odds {
  const sign = bias === 'bearish' ? -1 : 1;
  const end = close.length - horizon;
  const hit = (index: number) => sign * (close[index + horizon]! - close[index]!) > 0;
  const cases = sightings
    .filter((past) => past.pattern === pattern && past.bias === bias && past.index < end)
    .map(({ index }) => ({ index, hit: hit(index) }));
  let agreeing = 0;
  for (let i = 0; i < end; i++) if (hit(i)) agreeing++;
  const baseRate = end > 0 ? agreeing / end : null;
  return judged({ pattern, bias, measure: 'direction', horizon, cases, apart: horizon, baseRate });
}

/** Whether confirmed patterns of the kind reached their target before they were given up. */
export function chartOdds(
  { pattern, bias }: Pick<ChartPattern, 'pattern' | 'bias'>,
  patterns: readonly ChartPattern[],
  close: Float64Array,
): Odds {
  const settled = patterns.filter((past) => past.pattern === pattern && past.reachedTarget !== null);
  const chances = settled.map(({ confirmedAt, target, invalidation }) => {
    const from = close[confirmedAt!]!;
    const [toTarget, toInvalidation] = [Math.abs(target - from), Math.abs(invalidation - from)];
    return toInvalidation / (toTarget + toInvalidation);
  });
  const baseRate = chances.length > 0 ? chances.reduce((sum, chance) => sum + chance, 0) / chances.length : null;
  const cases = settled.map((past) => ({ index: past.confirmedAt!, hit: past.reachedTarget === true }));
  return judged({ pattern, bias, measure: 'target', horizon: null, cases, apart: 1, baseRate });
}
