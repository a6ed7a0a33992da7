import type { BarSeries } from '../domain/bar.ts';
import type { Instrument } from '../domain/instrument.ts';
import { DAY, HOUR, type Interval, intervalMs } from '../domain/time.ts';

/** How many bars back any evidence looks. A constant, so that a longer history never changes a decision. */
export const WINDOW = 600;

/** ln of close over the close before, oldest first; one shorter than the series. */
export function logReturns(close: ArrayLike<number>): Float64Array {
  const returns = new Float64Array(Math.max(0, close.length - 1));
  for (let i = 1; i < close.length; i++) returns[i - 1] = Math.log(close[i]! / close[i - 1]!);
  return returns;
}

/** Root mean square of the last `count` values: volatility about zero, the drift of a bar being negligible. */
export function rootMeanSquare(values: ArrayLike<number>, count: number): number | null {
  const from = Math.max(0, values.length - count);
  if (values.length - from < 2) return null;
  let total = 0;
  for (let i = from; i < values.length; i++) total += values[i]! * values[i]!;
  return Math.sqrt(total / (values.length - from));
}

/** Plain mean of the true range over the last `count` bars, in price; null below 2 bars. */
export function meanTrueRange(series: BarSeries, count: number): number | null {
  if (series.length < 2) return null;
  const from = Math.max(1, series.length - count);
  let total = 0;
  for (let i = from; i < series.length; i++) {
    const before = series.close[i - 1]!;
    total += Math.max(series.high[i]!, before) - Math.min(series.low[i]!, before);
  }
  return total / (series.length - from);
}

/** Bars of the interval in one trading day of the instrument; below 1 for weeks and months. */
export function barsPerDay(instrument: Pick<Instrument, 'calendar'>, interval: Interval): number {
  const session = instrument.calendar === 'us-equity' ? 6.5 * HOUR : DAY;
  if (interval === '1w') return instrument.calendar === 'crypto' ? 1 / 7 : 1 / 5;
  if (interval === '1M') return instrument.calendar === 'crypto' ? 1 / 30 : 1 / 21;
  return Math.max(1, session / intervalMs[interval]);
}
