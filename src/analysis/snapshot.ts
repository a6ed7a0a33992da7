import { asOfSeries, type BarSeries, barAt } from '../domain/bar.ts';
import type { Interval, Timestamp } from '../domain/time.ts';
import { candleShape } from '../patterns/candle-shape.ts';
import { type CandlestickSighting, sightingsOf } from '../patterns/candlesticks.ts';
import { type ChartPattern, findChartPatterns } from '../patterns/chart-patterns.ts';
import { findLevels, type Level } from '../patterns/levels.ts';
import { candlestickOdds, chartOdds, type Odds } from '../patterns/odds.ts';
import { pivotRange } from '../patterns/pivots.ts';
import { type SimilarityOutlook, similarityOutlook } from '../patterns/similarity.ts';
import { correlate } from './correlation.ts';
import { type Drawdown, drawdownOf } from './drawdown.ts';
import { type Alignment, alignTimeframes } from './multi-timeframe.ts';
import { type Readings, readIndicators } from './readings.ts';
import { detectRegime, type Regime } from './regime.ts';
import { ewmaVolatility, forecastVolatility, medianOf, type VolatilityForecast } from './volatility.ts';

/**
 * A snapshot is a function of at most this many last bars known at `asOf`, whatever more is loaded, so that live, paper
 * and backtest see the same to the last bit. Callers load at least as many.
 */
export const LOOKBACK = 1_000;
/** Bars that outlook, odds and volatility look ahead. */
export const HORIZON = 8;
/** Candlestick patterns are reported on this many last bars. */
const RECENT_BARS = 3;
/** Settled chart patterns are reported for this many bars, then left out. */
const RECENT_CHARTS = 50;

/** What is known of a symbol; `others` are for the correlations. */
export interface SnapshotHistory {
  symbol: string;
  interval: Interval;
  series: BarSeries;
  others?: Readonly<Record<string, BarSeries>>;
}

export interface LastBar {
  openTime: Timestamp;
  closeTime: Timestamp;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** Price changes as fractions; null where the look-back does not reach. */
export interface Change {
  bar: number | null;
  /** Against the last bar that was complete a day, or a week, before the last close. */
  day: number | null;
  week: number | null;
}

/** A pattern on the chart with its odds. Rows count from the first bar of the look-back; times are openings of bars. */
export type SeenCandlestick = CandlestickSighting & { time: Timestamp; barsAgo: number; odds: Odds };
export type SeenChartPattern = ChartPattern & { odds: Odds };

/**
 * The market of one symbol as it was known at `asOf`: plain JSON, every number finite or null. Parts that need more
 * bars than there are, are null.
 */
export interface Snapshot {
  symbol: string;
  interval: Interval;
  asOf: Timestamp;
  /** Bars used, at most 1,000, from the opening of the first to the close of the last. */
  bars: number;
  from: Timestamp | null;
  to: Timestamp | null;
  last: LastBar | null;
  change: Change;
  indicators: Readings;
  /** The same one bar earlier. */
  indicatorsBefore: Readings;
  /** Mean volume per bar of the last 20; 0 where the market reports none. */
  averageVolume: number;
  candlesticks: SeenCandlestick[];
  /** Forming and confirmed patterns, and those settled lately; the most confident first. */
  chartPatterns: SeenChartPattern[];
  levels: Level[];
  regime: Regime | null;
  alignment: Alignment;
  similarity: SimilarityOutlook | null;
  volatility: VolatilityForecast | null;
  drawdown: Drawdown | null;
  /** Correlation of log returns with the other symbols over the last 250 common bars. */
  correlations: Record<string, number | null>;
}

/** Everything an analyst or a chart needs, from what was known at `asOf` alone. Pure: the same bars give the same bits. */
export function snapshot(history: SnapshotHistory, asOf: Timestamp): Snapshot {
  const series = asOfSeries(history.series, asOf, LOOKBACK);
  const { length, close } = series;
  const readings = readIndicators(series);
  const range = pivotRange(series);
  const volatility = ewmaVolatility(close);
  const usual = medianOf(volatility);
  return withoutMinusZero({
    symbol: history.symbol,
    interval: history.interval,
    asOf,
    bars: length,
    from: length > 0 ? series.openTime[0]! : null,
    to: length > 0 ? series.closeTime[length - 1]! : null,
    last: lastBar(series),
    change: changeOf(series),
    indicators: readings.latest,
    indicatorsBefore: readings.before,
    averageVolume: averageVolume(series),
    candlesticks: seenCandlesticks(series),
    chartPatterns: seenChartPatterns(series, range),
    levels: findLevels(series, 8, range),
    regime: orNull(detectRegime(series, volatility, readings.latest.adx14.adx ?? Number.NaN, usual)),
    alignment: alignTimeframes(series),
    similarity: orNull(similarityOutlook(close, { horizon: HORIZON })),
    volatility: orNull(forecastVolatility(series, HORIZON, volatility, usual)),
    drawdown: orNull(drawdownOf(series)),
    correlations: correlationsOf(series, history.others ?? {}, asOf),
  });
}

/** Prices that are not positive have no returns: what is computed from them is not known. */
const orNull = <T>(part: T | undefined): T | null => (part !== undefined && allFinite(part) ? part : null);

function allFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value !== 'object' || Object.values(value).every(allFinite);
}

/** JSON has no -0: written and read again, the snapshot must still be the same. Changes the fresh value in place. */
function withoutMinusZero<T extends object>(value: T): T {
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    const field = fields[key];
    if (field === 0) fields[key] = 0;
    else if (typeof field === 'object' && field !== null) withoutMinusZero(field);
  }
  return value;
}

function lastBar(series: BarSeries): LastBar | null {
  const i = series.length - 1;
  return i < 0 ? null : barAt(series, i);
}

const DAY = 86_400_000;

function changeOf(series: BarSeries): Change {
  const { close, closeTime, length } = series;
  const last = length - 1;
  const since = (before: number | undefined) => (before && before > 0 ? close[last]! / before - 1 : null);
  const ago = (duration: number) => asOfSeries(series, (closeTime[last] ?? 0) - duration).close.at(-1);
  return { bar: since(close[last - 1]), day: since(ago(DAY)), week: since(ago(7 * DAY)) };
}

function averageVolume({ volume, length }: BarSeries): number {
  const recent = volume.subarray(Math.max(0, length - 20));
  return recent.length === 0 ? 0 : recent.reduce((sum, value) => sum + value, 0) / recent.length;
}

function seenCandlesticks(series: BarSeries): SeenCandlestick[] {
  const sightings = sightingsOf(candleShape(series));
  const last = series.length - 1;
  return sightings
    .filter(({ index }) => index > last - RECENT_BARS)
    .map((sighting) => ({
      ...sighting,
      time: series.openTime[sighting.index]!,
      barsAgo: last - sighting.index,
      odds: candlestickOdds(sighting, sightings, series.close, HORIZON),
    }))
    .reverse();
}

function seenChartPatterns(series: BarSeries, range: Float64Array): SeenChartPattern[] {
  const patterns = findChartPatterns(series, range);
  const recent = (row: number | null) => row === null || row >= series.length - RECENT_CHARTS;
  return patterns
    .filter(({ resolvedAt, failedAt }) => recent(resolvedAt) && recent(failedAt))
    .map((pattern) => ({ ...pattern, odds: chartOdds(pattern, patterns, series.close) }))
    .sort((a, b) => b.confidence - a.confidence || b.formedAt - a.formedAt);
}

function correlationsOf(series: BarSeries, others: Readonly<Record<string, BarSeries>>, asOf: Timestamp) {
  return Object.fromEntries(
    Object.entries(others)
      .filter(([symbol]) => symbol !== series.symbol)
      .map(([symbol, other]) => [symbol, correlate(series, asOfSeries(other, asOf, LOOKBACK)).value]),
  );
}
