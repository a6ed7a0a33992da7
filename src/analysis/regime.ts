import type { BarSeries } from '../domain/bar.ts';
import { adxIndicator } from '../indicators/adx.ts';
import { ewmaVolatility, medianOf } from './volatility.ts';

export const regimes = ['trend-up', 'trend-down', 'range', 'high-volatility', 'crisis'] as const;
export type RegimeName = (typeof regimes)[number];

/** The kind of market at the last bar. */
export interface Regime {
  name: RegimeName;
  /** Sum 1: a softmax of scores, an ordering of likeness, not yet calibrated against what followed. */
  probabilities: Record<RegimeName, number>;
  /** What the scores were computed from. */
  features: RegimeFeatures;
}

export interface RegimeFeatures {
  /** Net move of the last 50 bars in standard deviations of a random walk of the same steps. */
  drift: number;
  /** Net move over path length of the last 50 bars, 0 to 1. */
  efficiency: number;
  /** Average directional index, 14 bars. */
  adx: number;
  /** Volatility now against the median of the look-back. */
  volatilityRatio: number;
  /** Fall from the high of the last 50 bars, in usual 50-bar standard deviations. */
  fall: number;
}

const SPAN = 50;

/** Undefined with fewer than 71 bars. */
export function detectRegime(
  series: BarSeries,
  volatility = ewmaVolatility(series.close),
  adx: number = adxIndicator.batch(series).adx[series.length - 1] ?? Number.NaN,
  usual = medianOf(volatility),
): Regime | undefined {
  const { close, length } = series;
  if (length < SPAN + 21) return undefined;
  const features = featuresOf(close, volatility.at(-1)!, usual, adx);
  const scores = scoresOf(features);
  const highest = Math.max(...Object.values(scores));
  const weights = regimes.map((name) => Math.exp(scores[name] - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const probabilities = Object.fromEntries(regimes.map((name, i) => [name, weights[i]! / total])) as Record<
    RegimeName,
    number
  >;
  const name = regimes.reduce((best, each) => (probabilities[each] > probabilities[best] ? each : best));
  return { name, probabilities, features };
}

function featuresOf(close: Float64Array, now: number, usual: number, adx: number): RegimeFeatures {
  const last = close.length - 1;
  const start = last - SPAN;
  let [path, squares, peak] = [0, 0, close[start]!];
  for (let i = start + 1; i <= last; i++) {
    const step = Math.log(close[i]! / close[i - 1]!);
    path += Math.abs(step);
    squares += step * step;
    peak = Math.max(peak, close[i]!);
  }
  const net = Math.log(close[last]! / close[start]!);
  return {
    drift: squares > 0 ? net / Math.sqrt(squares) : 0,
    efficiency: path > 0 ? Math.abs(net) / path : 0,
    adx: Number.isNaN(adx) ? 0 : adx,
    volatilityRatio: usual > 0 ? now / usual : 1,
    fall: usual > 0 ? Math.log(peak / close[last]!) / (usual * Math.sqrt(SPAN)) : 0,
  };
}

/**
 * A drift of two deviations with an ADX of 25 is a clear trend; the ADX, which has no direction, counts only as far as
 * the drift has one. A volatility of 1.8 times the usual one outweighs a trend; a crisis is both that and a deep fall.
 */
function scoresOf({ drift, adx, volatilityRatio, fall }: RegimeFeatures): Record<RegimeName, number> {
  const strength = (adx - 20) / 10;
  const trend = (towards: number) => 1.5 * (towards - 1) + strength * Math.min(1, Math.max(0, towards));
  const storm = 4 * Math.log(Math.max(volatilityRatio, 0.1) / 1.5);
  return {
    'trend-up': trend(drift),
    'trend-down': trend(-drift),
    range: 1.2 - Math.abs(drift) - strength / 2,
    'high-volatility': 1 + storm,
    crisis: storm + 1.5 * (fall - 1.5),
  };
}
