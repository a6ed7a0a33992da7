import type { BarSeries } from '../domain/bar.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Bias } from './candlesticks.ts';
import { chartTemplates, type Geometry } from './chart-templates.ts';
import { findPivots, type Pivot, pivotRange } from './pivots.ts';

export type ChartPatternName = 'double-top' | 'double-bottom' | 'head-and-shoulders' | 'inverse-head-and-shoulders';
export type ChartPatternState = 'forming' | 'confirmed' | 'failed';

export interface KeyPoint {
  role: string;
  /** Row in the series that was searched, and the opening time of its bar. */
  index: number;
  time: Timestamp;
  price: number;
}

/**
 * A chart pattern. It exists from `formedAt`, the row that confirmed its last pivot. It is confirmed by the first close
 * beyond the neckline; it fails on a close beyond `invalidation`, or when break or target do not come in time. A
 * confirmed one whose target was touched stays confirmed and is settled: `resolvedAt` is set.
 */
export interface ChartPattern {
  pattern: ChartPatternName;
  title: string;
  bias: Bias;
  state: ChartPatternState;
  /** How well the shape fits its template, 0 to 1. Not a probability: that is what the odds are for. */
  confidence: number;
  points: KeyPoint[];
  /** Two points that the line goes through. */
  neckline: { from: KeyPoint; to: KeyPoint };
  /** Height of the pattern carried on from the neckline as it stood when the pattern formed. */
  target: number;
  invalidation: number;
  formedAt: number;
  confirmedAt: number | null;
  failedAt: number | null;
  /** After confirmation: the row on which the target was touched or the pattern was given up. */
  resolvedAt: number | null;
  reachedTarget: boolean | null;
}

/** Swings count from three average true ranges on: smaller ones are noise on most markets. */
export const CHART_REVERSAL = 3;

/** Patterns over the whole series, oldest first; what stands in the past never changes as bars are added. */
export function findChartPatterns(series: BarSeries, range = pivotRange(series)): ChartPattern[] {
  const pivots = findPivots(series, CHART_REVERSAL, range);
  const found: ChartPattern[] = [];
  for (let last = 0; last < pivots.length; last++) {
    for (const template of chartTemplates) {
      const corners = pivots.slice(last - template.roles.length, last + 1);
      if (corners.length <= template.roles.length) continue;
      const sign = corners.at(-1)!.kind === 'high' ? 1 : -1;
      const geometry = template.fit(corners, sign, range[corners.at(-1)!.confirmedAt]!);
      if (geometry) found.push(follow(series, describe(template, corners, sign, geometry), geometry, sign));
    }
  }
  return found;
}

function describe(
  template: (typeof chartTemplates)[number],
  corners: Pivot[],
  sign: 1 | -1,
  geometry: Geometry,
): ChartPattern {
  // The first corner only says where the price came from.
  const points = corners
    .slice(1)
    .map(({ index, time, price }, i) => ({ role: template.roles[i]!, index, time, price }));
  const [from, to] = geometry.neckline.map((corner) => points[corner - 1]!) as [KeyPoint, KeyPoint];
  const formedAt = corners.at(-1)!.confirmedAt;
  return {
    pattern: sign === 1 ? template.top : template.bottom,
    title: sign === 1 ? template.topTitle : template.bottomTitle,
    bias: sign === 1 ? 'bearish' : 'bullish',
    state: 'forming',
    confidence: geometry.confidence,
    points,
    neckline: { from, to },
    target: lineAt(from, to, formedAt) - sign * geometry.height,
    invalidation: geometry.invalidation,
    formedAt,
    confirmedAt: null,
    failedAt: null,
    resolvedAt: null,
    reachedTarget: null,
  };
}

/** Price of the line through two points at a row; level where they are one. */
export const lineAt = (from: KeyPoint, to: KeyPoint, row: number) =>
  from.index === to.index
    ? from.price
    : from.price + ((to.price - from.price) * (row - from.index)) / (to.index - from.index);

/** Walks the bars after the pattern formed. `sign` 1 for tops: the break comes downwards. */
function follow({ high, low, close, length }: BarSeries, formed: ChartPattern, geometry: Geometry, sign: 1 | -1) {
  const pattern = formed;
  const { from, to } = pattern.neckline;
  const patience = Math.max(20, geometry.span);
  for (let i = pattern.formedAt; i < length; i++) {
    const beyond = sign * (close[i]! - pattern.invalidation) > 0;
    if (pattern.confirmedAt === null) {
      if (beyond || i - pattern.formedAt > patience) return { ...pattern, state: 'failed' as const, failedAt: i };
      if (sign * (close[i]! - lineAt(from, to, i)) < 0) Object.assign(pattern, { state: 'confirmed', confirmedAt: i });
      continue;
    }
    const reach = sign === 1 ? low[i]! : high[i]!;
    const reached = sign * (reach - pattern.target) <= 0;
    const givenUp = beyond || i - pattern.confirmedAt > 2 * patience;
    // The touch came during the bar, the close at its end: the target was first.
    if (reached) return { ...pattern, resolvedAt: i, reachedTarget: true };
    if (givenUp) return { ...pattern, state: 'failed' as const, failedAt: i, resolvedAt: i, reachedTarget: false };
  }
  return pattern;
}
