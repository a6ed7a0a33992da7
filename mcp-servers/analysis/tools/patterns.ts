import { z } from 'zod';
import { HORIZON } from '../../../src/analysis/snapshot.ts';
import type { BarSeries } from '../../../src/domain/bar.ts';
import { toIso } from '../../../src/domain/time.ts';
import { candleShape } from '../../../src/patterns/candle-shape.ts';
import { type CandlestickSighting, sightingsOf } from '../../../src/patterns/candlesticks.ts';
import { type ChartPattern, findChartPatterns } from '../../../src/patterns/chart-patterns.ts';
import { findLevels } from '../../../src/patterns/levels.ts';
import { candlestickOdds, chartOdds, type Odds } from '../../../src/patterns/odds.ts';
import { similarityOutlook } from '../../../src/patterns/similarity.ts';
import { limitField } from '../../fields.ts';
import { figures, rounded, tidy } from '../../meta.ts';
import { tool } from '../../tool.ts';
import { type ChartDeps, chartFields, chartOf } from '../chart.ts';

/** How often it came true on this very chart; the rate is null below twenty cases. */
export const oddsOf = ({ cases, effectiveCases, hitRate, interval, baseRate, edge }: Odds) =>
  tidy({ cases, effectiveCases, hitRate, interval, baseRate, edge });

export const candlestickOf = (sighting: CandlestickSighting, series: BarSeries, odds: Odds) => ({
  pattern: sighting.pattern,
  bias: sighting.bias,
  time: toIso(series.openTime[sighting.index]!),
  barsAgo: series.length - 1 - sighting.index,
  odds: oddsOf(odds),
});

export const chartPatternOf = (pattern: ChartPattern, series: BarSeries, odds: Odds) => ({
  pattern: pattern.pattern,
  bias: pattern.bias,
  state: pattern.state,
  confidence: rounded(pattern.confidence),
  target: figures(pattern.target, 7),
  invalidation: figures(pattern.invalidation, 7),
  points: pattern.points.map(({ role, time, price }) => ({ role, time: toIso(time), price: figures(price, 7) })),
  formedAt: toIso(series.openTime[pattern.formedAt]!),
  reachedTarget: pattern.reachedTarget,
  odds: oddsOf(odds),
});

export const detectPatterns = tool({
  name: 'detect_patterns',
  title: 'Detect patterns',
  description:
    'Candlestick patterns of the last `bars` bars and chart patterns forming or lately settled, each with target, invalidation and measured odds on this chart (hitRate null below 20 cases). Example: {"symbol":"EURUSD","interval":"4h"}.',
  effect: 'read',
  scope: 'analysis:run',
  input: z.strictObject({ ...chartFields, bars: limitField(50).default(5), limit: limitField(20).default(8) }),
  output: z.object({
    symbol: z.string(),
    interval: z.string(),
    candlesticks: z.array(z.looseObject({ pattern: z.string(), bias: z.string() })),
    chartPatterns: z.array(z.looseObject({ pattern: z.string(), state: z.string() })),
  }),
  async run(deps: ChartDeps, { bars, limit, ...asked }, { signal }) {
    const { symbol, interval, series, meta } = await chartOf(deps, asked, signal);
    const sightings = sightingsOf(candleShape(series));
    const candlesticks = sightings
      .filter(({ index }) => index >= series.length - bars)
      .slice(-limit)
      .reverse()
      .map((each) => candlestickOf(each, series, candlestickOdds(each, sightings, series.close, HORIZON)));
    const all = findChartPatterns(series);
    const settled = ({ resolvedAt, failedAt }: ChartPattern) => resolvedAt ?? failedAt;
    const chartPatterns = all
      .filter((each) => (settled(each) ?? series.length) >= series.length - 50)
      .sort((a, b) => b.formedAt - a.formedAt)
      .slice(0, Math.min(limit, 6))
      .map((each) => chartPatternOf(each, series, chartOdds(each, all, series.close)));
    return { data: { symbol, interval, candlesticks, chartPatterns }, meta };
  },
});

export const getLevels = tool({
  name: 'get_levels',
  title: 'Get support and resistance',
  description:
    'Price levels at which the market turned more than once, most touched first; distance is a signed fraction of the last close.',
  effect: 'read',
  scope: 'analysis:run',
  input: z.strictObject({ ...chartFields, limit: limitField(20).default(8) }),
  output: z.object({
    symbol: z.string(),
    interval: z.string(),
    close: z.number().nullable(),
    levels: z.array(z.looseObject({ price: z.number().nullable(), kind: z.string(), touches: z.int() })),
  }),
  async run(deps: ChartDeps, { limit, ...asked }, { signal }) {
    const { symbol, interval, series, meta } = await chartOf(deps, asked, signal);
    const levels = findLevels(series, limit).map(({ firstTime, lastTime, ...level }) => ({
      ...tidy(level),
      firstTime: toIso(firstTime),
      lastTime: toIso(lastTime),
    }));
    return { data: { symbol, interval, close: figures(series.close[series.length - 1]!), levels }, meta };
  },
});

export const findSimilarPatterns = tool({
  name: 'find_similar_patterns',
  title: 'Find similar stretches of the past',
  description:
    'Past windows shaped like the last `length` closes and what followed over `horizon` bars (fractions); null when fewer than 5 are alike. Example: {"symbol":"BTCUSDT","length":32,"horizon":8}.',
  effect: 'read',
  scope: 'analysis:run',
  input: z.strictObject({
    ...chartFields,
    length: z.int().min(8).max(128).default(32),
    horizon: z.int().min(1).max(64).default(HORIZON),
    limit: limitField(24).default(5),
  }),
  output: z.object({
    symbol: z.string(),
    interval: z.string(),
    bars: z.int(),
    outlook: z.looseObject({ sampleSize: z.int(), meanMove: z.number(), shareUp: z.number() }).nullable(),
  }),
  async run(deps: ChartDeps, { length, horizon, limit, ...asked }, { signal }) {
    const { symbol, interval, series, meta } = await chartOf(deps, asked, signal, 5_000);
    const found = similarityOutlook(series.close, { length, horizon });
    const outlook = found
      ? {
          ...tidy(found),
          matches: found.matches.slice(0, limit).map(({ index, correlation, move }) => ({
            endedAt: toIso(series.closeTime[index]!),
            correlation: rounded(correlation),
            move: rounded(move),
          })),
        }
      : null;
    return { data: { symbol, interval, bars: series.length, outlook }, meta };
  },
});
