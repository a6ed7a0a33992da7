import type { BarSeries } from '../domain/bar.ts';
import type { Timestamp } from '../domain/time.ts';
import { findPivots, type Pivot, pivotRange } from './pivots.ts';

/** A price at which the market turned more than once. */
export interface Level {
  price: number;
  /** Under the last close or over it. */
  kind: 'support' | 'resistance';
  touches: number;
  /** Opening times of the bars of its first and last touch. */
  firstTime: Timestamp;
  lastTime: Timestamp;
  /** From the last close, as a signed fraction of it. */
  distance: number;
}

/** Turns that count for levels are smaller than those of chart patterns. */
const LEVEL_REVERSAL = 1.5;
/** Turns this close together, in average true ranges, are the same level. */
const SAME_LEVEL = 0.75;
const MIN_TOUCHES = 2;

/**
 * Support and resistance: turning points grouped by price, those with the most touches first, then the most recent; at
 * most `limit`.
 */
export function findLevels(series: BarSeries, limit = 8, range = pivotRange(series)): Level[] {
  const last = series.close[series.length - 1];
  const width = SAME_LEVEL * (range[series.length - 1] ?? Number.NaN);
  if (last === undefined || !(last > 0 && width > 0)) return [];
  return grouped(findPivots(series, LEVEL_REVERSAL, range), width)
    .filter((group) => group.length >= MIN_TOUCHES)
    .map((group): Level => {
      const price = group.reduce((sum, pivot) => sum + pivot.price, 0) / group.length;
      const times = group.map(({ time }) => time);
      return {
        price,
        kind: price <= last ? 'support' : 'resistance',
        touches: group.length,
        firstTime: Math.min(...times),
        lastTime: Math.max(...times),
        distance: price / last - 1,
      };
    })
    .sort((a, b) => b.touches - a.touches || b.lastTime - a.lastTime)
    .slice(0, limit);
}

/** From the cheapest up: a pivot joins the group while it is within `width` of the group's first. */
function grouped(pivots: Pivot[], width: number): Pivot[][] {
  const groups: Pivot[][] = [];
  for (const pivot of [...pivots].sort((a, b) => a.price - b.price)) {
    const group = groups.at(-1);
    if (group && pivot.price - group[0]!.price <= width) group.push(pivot);
    else groups.push([pivot]);
  }
  return groups;
}
