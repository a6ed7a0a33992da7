import type { BarSeries } from '../domain/bar.ts';
import { DAY, HOUR, intervalMs, type Timestamp } from '../domain/time.ts';
import { logReturns } from '../indicators/realised-volatility.ts';

/** Weight of yesterday's variance. @see J.P. Morgan, RiskMetrics Technical Document (1996) */
export const EWMA_DECAY = 0.94;
/** The first forecast is the mean square of this many returns. */
const SEED = 20;

/** Volatility forecasts as fractions of price. Returns are logarithmic, their mean taken as zero. */
export interface VolatilityForecast {
  /** Standard deviation of the next bar's return, of a day's, of a year's. */
  perBar: number;
  daily: number;
  annual: number;
  /** Of the move over the snapshot's horizon: perBar times the root of its bars. */
  overHorizon: number;
  /** Today's forecast against the median of the look-back; 1 is usual. */
  ratio: number;
  /** Share of the look-back's forecasts below this one, 0 to 1. */
  percentile: number;
  barsPerDay: number;
  barsPerYear: number;
}

/** One-bar volatility forecast at each bar, from the returns up to it: v = 0.94 v + 0.06 r². NaN before 20 returns. */
export function ewmaVolatility(close: Float64Array, decay = EWMA_DECAY): Float64Array {
  const returns = logReturns(close);
  const out = new Float64Array(close.length).fill(Number.NaN);
  let variance = 0;
  for (let i = 1; i < close.length; i++) {
    const square = returns[i]! * returns[i]!;
    if (i <= SEED) variance += square / SEED;
    else variance = decay * variance + (1 - decay) * square;
    if (i >= SEED) out[i] = Math.sqrt(variance);
  }
  return out;
}

const YEAR = 365.25 * DAY;

/**
 * Bars in a trading day and in a year, counted on the series itself, so that a market that sleeps at weekends and one
 * that never does are both right. Only whole weeks are counted where there is at least one.
 */
export function tradingPace({ openTime, interval, length }: BarSeries): { barsPerDay: number; barsPerYear: number } {
  const step = intervalMs[interval];
  const last = openTime[length - 1] ?? 0;
  const weeks = Math.floor((last + step - (openTime[0] ?? 0)) / (7 * DAY));
  const span = weeks > 0 ? weeks * 7 * DAY : Math.max(step, last + step - (openTime[0] ?? 0));
  let first = length - 1;
  while (first > 0 && openTime[first - 1]! > last + step - span - 1) first--;
  const bars = length - Math.max(0, first);
  const barsPerYear = (bars * YEAR) / span;
  if (step >= DAY) return { barsPerDay: Math.min(1, DAY / step), barsPerYear };
  return { barsPerDay: usualDay(openTime.subarray(Math.max(0, first))), barsPerYear };
}

/** Median of the bars in a day, so that half days and the stubs at the ends do not count. */
function usualDay(openTime: Float64Array): number {
  const counts: number[] = [];
  let day = Number.NaN;
  for (const time of openTime) {
    if (dayOf(time) === day) counts[counts.length - 1]!++;
    else counts.push(1);
    day = dayOf(time);
  }
  return counts.sort((a, b) => a - b)[counts.length >> 1] ?? 1;
}

/** Days that end at 22:00 UTC, about when New York closes: a currency week then has five of them, not five and a stub. */
const dayOf = (time: Timestamp) => Math.floor((time + 2 * HOUR) / DAY);

/** Median of the numbers in a column; NaN where there are none. */
export function medianOf(column: Float64Array): number {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort();
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Undefined with fewer than 21 bars. `column` and its `median` may be given where they are at hand. */
export function forecastVolatility(
  series: BarSeries,
  horizon: number,
  column = ewmaVolatility(series.close),
  median = medianOf(column),
) {
  const perBar = column[series.length - 1];
  if (perBar === undefined || Number.isNaN(perBar)) return undefined;
  const { barsPerDay, barsPerYear } = tradingPace(series);
  let [below, defined] = [0, 0];
  for (const value of column) {
    if (Number.isNaN(value)) continue;
    defined++;
    if (value < perBar) below++;
  }
  const forecast: VolatilityForecast = {
    perBar,
    daily: perBar * Math.sqrt(barsPerDay),
    annual: perBar * Math.sqrt(barsPerYear),
    overHorizon: perBar * Math.sqrt(horizon),
    ratio: median > 0 ? perBar / median : 1,
    percentile: below / defined,
    barsPerDay,
    barsPerYear,
  };
  return forecast;
}
