/** A stretch of the past that looked like now. */
export interface SimilarWindow {
  /** Row of its last bar. */
  index: number;
  /** Correlation of the z-normalised shapes, 1 for equal. Distance is sqrt(2 length (1 - correlation)). */
  correlation: number;
  distance: number;
}

/** What followed the stretches of the past that looked most like now. */
export interface SimilarityOutlook {
  /** Bars compared, and bars looked ahead. */
  length: number;
  horizon: number;
  /** Matches, and how many independent ones they are worth given that near ones count more. */
  sampleSize: number;
  effectiveSize: number;
  meanCorrelation: number;
  /** Fractions of price over the horizon, weighted by likeness. */
  meanMove: number;
  deviation: number;
  quantiles: { p10: number; p25: number; p50: number; p75: number; p90: number };
  /** Weighted share of matches after which the price rose. */
  shareUp: number;
  matches: (SimilarWindow & { move: number })[];
}

export interface SearchOptions {
  /** Matches wanted at most. */
  count: number;
  /** Two matches end at least this many bars apart, so that one event counts once. */
  apart: number;
  /** Rows of the last bar of windows that may match: up to here. */
  until: number;
}

/** Zero mean and unit length; undefined for a flat window, which has no shape. */
function shapeOf(values: Float64Array, from: number, length: number): Float64Array | undefined {
  const origin = values[from]!;
  let mean = 0;
  for (let i = 0; i < length; i++) mean += values[from + i]! - origin;
  mean /= length;
  let squares = 0;
  for (let i = 0; i < length; i++) squares += (values[from + i]! - origin - mean) ** 2;
  const size = Math.sqrt(squares);
  if (!(size > 1e-12 * Math.abs(origin))) return undefined;
  return Float64Array.from({ length }, (_, i) => (values[from + i]! - origin - mean) / size);
}

/**
 * The windows of the past nearest in shape to the last `length` values: every window is compared, no index, no
 * approximation. Nearest first; of windows that end within `apart` bars of each other only the nearest.
 */
export function nearestWindows(
  values: Float64Array,
  length: number,
  { count, apart, until }: SearchOptions,
): SimilarWindow[] {
  const query = values.length >= length ? shapeOf(values, values.length - length, length) : undefined;
  if (!query) return [];
  const likenesses = new Float64Array(Math.max(0, until + 1)).fill(Number.NaN);
  for (let end = length - 1; end <= until; end++) likenesses[end] = likeness(query, values, end - length + 1);
  const chosen: SimilarWindow[] = [];
  while (chosen.length < count) {
    const index = latestHighest(likenesses);
    if (index < 0) break;
    const correlation = likenesses[index]!;
    chosen.push({ index, correlation, distance: Math.sqrt(Math.max(0, 2 * length * (1 - correlation))) });
    likenesses.fill(Number.NaN, Math.max(0, index - apart + 1), index + apart);
  }
  return chosen;
}

/** Row of the highest value, of equals the latest; -1 where none is a number. */
function latestHighest(values: Float64Array): number {
  let row = -1;
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    if (values[i]! >= highest) {
      row = i;
      highest = values[i]!;
    }
  }
  return row;
}

/** Correlation of the unit-length query with a window; NaN for a flat one. One pass, around the window's first value. */
function likeness(query: Float64Array, values: Float64Array, from: number): number {
  const origin = values[from]!;
  let [sum, squares, product] = [0, 0, 0];
  for (let i = 0; i < query.length; i++) {
    const value = values[from + i]! - origin;
    sum += value;
    squares += value * value;
    product += query[i]! * value;
  }
  const spread = squares - (sum * sum) / query.length;
  return Math.sqrt(spread) > 1e-12 * Math.abs(origin) ? Math.min(1, product / Math.sqrt(spread)) : Number.NaN;
}

/** The defaults are part of what a snapshot means. */
const defaults = { length: 32, horizon: 8, count: 24, minCorrelation: 0.5 };

/**
 * Outlook from the past of this series alone: only windows whose horizon has passed count. Undefined where fewer than
 * `5` matches reach the least likeness.
 */
export function similarityOutlook(close: Float64Array, options: Partial<typeof defaults> = {}) {
  const { length, horizon, count, minCorrelation } = { ...defaults, ...options };
  const until = close.length - 1 - horizon;
  // Half a window apart at least: overlapping matches are one event seen twice.
  const apart = Math.max(horizon, length >> 1);
  const matches = nearestWindows(close, length, { count, apart, until })
    .filter(({ correlation }) => correlation >= minCorrelation)
    .map((match) => ({ ...match, move: close[match.index + horizon]! / close[match.index]! - 1 }));
  if (matches.length < 5) return undefined;

  const weights = matches.map(({ correlation }) => correlation * correlation);
  const total = sumOf(weights);
  const mean = sumOf(matches.map(({ move }, i) => move * weights[i]!)) / total;
  const variance = sumOf(matches.map(({ move }, i) => weights[i]! * (move - mean) ** 2)) / total;
  const outlook: SimilarityOutlook = {
    length,
    horizon,
    sampleSize: matches.length,
    effectiveSize: (total * total) / sumOf(weights.map((weight) => weight * weight)),
    meanCorrelation: sumOf(matches.map(({ correlation }) => correlation)) / matches.length,
    meanMove: mean,
    deviation: Math.sqrt(variance),
    quantiles: quantilesOf(matches.map(({ move }) => move)),
    shareUp: sumOf(matches.map(({ move }, i) => (move > 0 ? weights[i]! : 0))) / total,
    matches,
  };
  return outlook;
}

const sumOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0);

function quantilesOf(moves: number[]) {
  const sorted = [...moves].sort((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const under = Math.floor(place);
    return sorted[under]! + (sorted[Math.ceil(place)]! - sorted[under]!) * (place - under);
  };
  return { p10: at(0.1), p25: at(0.25), p50: at(0.5), p75: at(0.75), p90: at(0.9) };
}
