import { type BarSeries, resample, sliceSeries } from '../domain/bar.ts';
import { barOpen, type Interval } from '../domain/time.ts';
import { atr } from '../indicators/atr.ts';
import { ema } from '../indicators/ema.ts';
import { slopeOf } from '../indicators/linearreg-slope.ts';

/** One timeframe's trend. */
export interface TimeframeTrend {
  interval: Interval;
  bars: number;
  /** -1 falling to 1 rising; null with fewer than 31 bars. */
  trend: number | null;
}

export interface Alignment {
  /** Mean of the trends that are defined, -1 to 1; null where none is. */
  score: number | null;
  /** Share of the defined trends on the side of the score, 0 to 1. */
  agreement: number | null;
  timeframes: TimeframeTrend[];
}

/** The coarser intervals that matter to each one. */
export const higherIntervals: Record<Interval, readonly Interval[]> = {
  '1m': ['5m', '15m', '1h'],
  '5m': ['15m', '1h', '4h'],
  '15m': ['1h', '4h'],
  '30m': ['4h', '1d'],
  '1h': ['4h', '1d'],
  '4h': ['1d', '1w'],
  '1d': ['1w', '1M'],
  '1w': ['1M'],
  '1M': [],
};

const NEEDED = 31;

/**
 * Where the averages of 10 and 30 bars, the regression slope of 20 and the close stand, each in average true ranges and
 * squeezed into -1 to 1. NaN with fewer than 31 bars; 0 in a market that has not moved.
 */
export function trendOf(series: BarSeries, range = atr(series, 14)): number {
  const { close, length } = series;
  if (length < NEEDED) return Number.NaN;
  const last = length - 1;
  const unit = range[last]!;
  if (!(unit > 0)) return 0;
  const [quick, slow] = [ema(close, 10)[last]!, ema(close, 30)[last]!];
  const spread = Math.tanh((quick - slow) / unit);
  const slope = Math.tanh((slopeOf(close, length - 20, 20) * 20) / (2 * unit));
  const place = Math.tanh((close[last]! - slow) / (2 * unit));
  return (spread + slope + place) / 3;
}

/** The trend of the series itself and of the coarser bars that it makes; unfinished coarse bars do not count. */
export function alignTimeframes(series: BarSeries): Alignment {
  const coarser = higherIntervals[series.interval].map((interval) => coarse(series, interval));
  const timeframes = [series, ...coarser].map((each): TimeframeTrend => {
    const trend = trendOf(each);
    return { interval: each.interval, bars: each.length, trend: Number.isNaN(trend) ? null : trend };
  });
  const trends = timeframes.flatMap(({ trend }) => (trend === null ? [] : [trend]));
  if (trends.length === 0) return { score: null, agreement: null, timeframes };
  const score = trends.reduce((sum, trend) => sum + trend, 0) / trends.length;
  const agreeing = trends.filter((trend) => Math.sign(trend) === Math.sign(score)).length;
  return { score, agreement: agreeing / trends.length, timeframes };
}

/** Coarser bars without the first, which the look-back may have cut in two. */
function coarse(series: BarSeries, interval: Interval): BarSeries {
  const bars = resample(series, interval);
  const cut = series.length > 0 && barOpen(interval, series.openTime[0]!) !== series.openTime[0];
  return cut ? sliceSeries(bars, 1, bars.length) : bars;
}
