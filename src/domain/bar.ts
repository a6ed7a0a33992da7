import { barClose, barOpen, type Interval, type Timestamp } from './time.ts';

/**
 * Open, high, low, close and volume of one interval, observed. `closeTime` is its event time: before it nobody knows
 * the bar. `receiveTime` is when this desk learned it; `backfilled` says that this was long after.
 */
export interface Bar {
  openTime: Timestamp;
  closeTime: Timestamp;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  receiveTime: Timestamp;
  backfilled?: boolean;
}

const RESAMPLED = '+resampled';
/** The source of bars that the desk made from finer ones of another source, to keep when those have had their time. */
export const resampledSource = (source: string) => `${source}${RESAMPLED}`;
export const isResampled = (source: string) => source.endsWith(RESAMPLED);
/** Whose prices they are. */
export const originOf = (source: string) => (isResampled(source) ? source.slice(0, -RESAMPLED.length) : source);

/** Columns of equal length, oldest first. Views share memory with their parent: never write into them. */
export interface BarSeries {
  symbol: string;
  interval: Interval;
  length: number;
  openTime: Float64Array;
  closeTime: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
}

const columns = ['openTime', 'closeTime', 'open', 'high', 'low', 'close', 'volume'] as const;

/** Bars to columns; the bars must be in order. */
export function toSeries(symbol: string, interval: Interval, bars: readonly Bar[]): BarSeries {
  const series = { symbol, interval, length: bars.length } as BarSeries;
  for (const column of columns) series[column] = Float64Array.from(bars, (bar) => bar[column]);
  return series;
}

/** The row as a bar; columns do not know when it was received. */
export const barAt = (series: BarSeries, row: number) =>
  Object.fromEntries(columns.map((column) => [column, series[column][row]!])) as Omit<
    Bar,
    'receiveTime' | 'backfilled'
  >;

/** A view of rows [from, to). */
export function sliceSeries(series: BarSeries, from: number, to: number): BarSeries {
  const start = Math.max(0, from);
  const end = Math.max(start, Math.min(to, series.length));
  const view = { symbol: series.symbol, interval: series.interval, length: end - start } as BarSeries;
  for (const column of columns) view[column] = series[column].subarray(start, end);
  return view;
}

/** How many bars were complete at `asOf` (binary search over close times). */
export function countKnown(series: BarSeries, asOf: Timestamp): number {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (series.closeTime[middle]! <= asOf) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Only what was known at `asOf`, at most the last `limit` bars. */
export function asOfSeries(series: BarSeries, asOf: Timestamp, limit = Number.POSITIVE_INFINITY): BarSeries {
  const end = countKnown(series, asOf);
  return sliceSeries(series, Math.max(0, end - limit), end);
}

/**
 * Coarser bars from finer ones. A coarse bar counts as complete only once a finer bar at or after its end is known or
 * the finer bars reach its close; the unfinished last one is left out, so nothing looks ahead.
 */
export function resample(series: BarSeries, interval: Interval): BarSeries {
  const bars: Bar[] = [];
  let current: Bar | undefined;
  for (let i = 0; i < series.length; i++) {
    const openTime = barOpen(interval, series.openTime[i]!);
    if (current === undefined || current.openTime !== openTime) {
      if (current) bars.push(current);
      current = {
        openTime,
        closeTime: barClose(interval, openTime),
        open: series.open[i]!,
        high: series.high[i]!,
        low: series.low[i]!,
        close: series.close[i]!,
        volume: series.volume[i]!,
        receiveTime: series.closeTime[i]!,
      };
    } else {
      current.high = Math.max(current.high, series.high[i]!);
      current.low = Math.min(current.low, series.low[i]!);
      current.close = series.close[i]!;
      current.volume += series.volume[i]!;
    }
  }
  const known = series.length > 0 ? series.closeTime[series.length - 1]! : 0;
  if (current && current.closeTime <= known) bars.push(current);
  return toSeries(series.symbol, interval, bars);
}
