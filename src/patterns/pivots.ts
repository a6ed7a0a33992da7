import type { BarSeries } from '../domain/bar.ts';
import type { Timestamp } from '../domain/time.ts';
import { atr } from '../indicators/atr.ts';

/** A turning point. It is known only from `confirmedAt` on, when the price has come back far enough. */
export interface Pivot {
  kind: 'high' | 'low';
  /** Row of the extreme, and the opening time of that bar. */
  index: number;
  time: Timestamp;
  price: number;
  confirmedAt: number;
}

/** What pivots are measured with; computed once and shared. */
export const pivotRange = (series: BarSeries) => atr(series, 14);

/**
 * Zigzag: a high becomes a pivot on the first later close that lies `reversal` average true ranges (of that bar) under
 * it, a low likewise. Alternating, oldest first; none is ever taken back, so a prefix of the bars gives a prefix.
 */
export function findPivots(series: BarSeries, reversal: number, range = pivotRange(series)): Pivot[] {
  const { high, low, close, openTime, length } = series;
  const pivots: Pivot[] = [];
  const start = range.findIndex((value) => value > 0);
  if (start < 0) return pivots;

  // Until the first reversal either extreme may turn out to be the first pivot.
  let [top, bottom] = [start, start];
  let seeking: 'high' | 'low' | 'either' = 'either';
  const confirm = (kind: 'high' | 'low', index: number, confirmedAt: number) => {
    pivots.push({ kind, index, time: openTime[index]!, price: (kind === 'high' ? high : low)[index]!, confirmedAt });
  };

  for (let i = start + 1; i < length; i++) {
    const distance = reversal * range[i]!;
    if (!(distance > 0)) continue;
    if (seeking !== 'low') {
      if (high[i]! >= high[top]!) top = i;
      else if (high[top]! - close[i]! >= distance) {
        confirm('high', top, i);
        bottom = lowestAfter(low, top, i);
        seeking = 'low';
        continue;
      }
    }
    if (seeking !== 'high') {
      if (low[i]! <= low[bottom]!) bottom = i;
      else if (close[i]! - low[bottom]! >= distance) {
        confirm('low', bottom, i);
        top = highestAfter(high, bottom, i);
        seeking = 'high';
      }
    }
  }
  return pivots;
}

function lowestAfter(low: Float64Array, after: number, until: number): number {
  let row = after + 1;
  for (let i = row; i <= until; i++) if (low[i]! <= low[row]!) row = i;
  return row;
}

function highestAfter(high: Float64Array, after: number, until: number): number {
  let row = after + 1;
  for (let i = row; i <= until; i++) if (high[i]! >= high[row]!) row = i;
  return row;
}
