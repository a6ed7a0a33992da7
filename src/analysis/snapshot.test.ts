import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BarSeries, sliceSeries, toSeries } from '../domain/bar.ts';
import { indicators } from '../indicators/index.ts';
import { barsThrough, closesThrough, walk } from '../patterns/path.fixture.ts';
import { needsShared, sharedText } from '../testing/shared.ts';
import { readingNames, readingSpecs } from './readings.ts';
import { LOOKBACK, snapshot } from './snapshot.ts';

/** A long market with swings of several lengths, always the same. */
const longMarket = () => {
  let price = 1_000;
  const closes = Array.from({ length: 1_600 }, (_, i) => {
    price += 3 * Math.sin(i / 9) + 2 * Math.sin(i / 31) + ((i * 7919) % 13) - 6;
    return price;
  });
  return barsThrough(closes, 2);
};

const take = (series: BarSeries, asOf = series.closeTime.at(-1) ?? 0) =>
  snapshot({ symbol: 'TEST', interval: '1h', series }, asOf);

/** Every number anywhere in a value. */
const numbersIn = (value: unknown): number[] =>
  typeof value === 'number'
    ? [value]
    : value && typeof value === 'object'
      ? Object.values(value).flatMap(numbersIn)
      : [];

describe('a snapshot', () => {
  it('has all its parts on a long market', () => {
    const series = longMarket();
    const taken = take(series);
    expect(taken).toMatchObject({ symbol: 'TEST', interval: '1h', bars: LOOKBACK, to: series.closeTime[1_599] });
    expect(taken.from).toBe(series.openTime[600]);
    expect(taken.last).toMatchObject({ close: series.close[1_599], openTime: series.openTime[1_599] });
    expect(taken.change.bar).toBe(series.close[1_599]! / series.close[1_598]! - 1);
    expect(taken.change.day).toBe(series.close[1_599]! / series.close[1_599 - 24]! - 1);
    expect(taken.change.week).toBe(series.close[1_599]! / series.close[1_599 - 168]! - 1);
    expect(taken.averageVolume).toBe(1000);
    for (const part of [taken.regime, taken.similarity, taken.volatility, taken.drawdown, taken.alignment.score]) {
      expect(part).not.toBeNull();
    }
    expect(taken.levels.length).toBeGreaterThan(0);
    expect(Object.keys(taken.indicators)).toEqual(readingNames);
    expect(Object.values(taken.indicators).flatMap((reading) => Object.values(reading))).not.toContain(null);
  });

  it('reads the indicators as they are over the look-back, now and one bar earlier', () => {
    const series = longMarket();
    const { indicators: latest, indicatorsBefore: before } = take(series);
    const window = sliceSeries(series, 600, 1_600);
    for (const name of readingNames) {
      const spec: { indicator: keyof typeof indicators; parameters?: Record<string, number> } = readingSpecs[name];
      const columns = indicators[spec.indicator].batch(window, spec.parameters) as Record<string, Float64Array>;
      for (const [output, column] of Object.entries(columns)) {
        expect(latest[name][output]).toBe(column[999]);
        expect(before[name][output]).toBe(column[998]);
      }
    }
  });

  it('depends on the last thousand bars only, however many are loaded', () => {
    const series = longMarket();
    const whole = JSON.stringify(take(series));
    expect(JSON.stringify(take(sliceSeries(series, 600, 1_600)))).toBe(whole);
    expect(JSON.stringify(take(sliceSeries(series, 123, 1_600)))).toBe(whole);
    expect(JSON.stringify(take(sliceSeries(series, 601, 1_600)))).not.toBe(whole);
  });

  it('knows nothing that came after', () => {
    const series = longMarket();
    for (const end of [10, 40, 300, 1_200]) {
      const asOf = series.closeTime[end - 1]!;
      expect(JSON.stringify(take(series, asOf))).toBe(JSON.stringify(take(sliceSeries(series, 0, end), asOf)));
      expect(take(series, asOf - 1).to).toBe(series.closeTime[end - 2]);
    }
  });

  it('is plain JSON with finite numbers, whatever the market', () => {
    const strange = fc.oneof(
      walk(300),
      // Oil at -37 was no error of anybody's feed.
      walk(300).map((series) => ({ ...series, close: series.close.map((price) => price - 1_000) })),
      fc.integer({ min: 0, max: 80 }).map((length) =>
        barsThrough(
          Array.from({ length }, () => 5),
          0,
        ),
      ),
    );
    fc.assert(
      fc.property(strange, (series) => {
        const taken = take(series);
        expect(numbersIn(taken).every(Number.isFinite)).toBe(true);
        // Equal to its own copy: no NaN, no undefined, no typed arrays, nothing that JSON would lose.
        expect(JSON.parse(JSON.stringify(taken))).toStrictEqual(taken);
      }),
      { numRuns: 60 },
    );
  });

  it('of a market without bars says so in every part', () => {
    const taken = take(barsThrough([]), 5);
    expect(taken).toMatchObject({ bars: 0, from: null, to: null, last: null, regime: null, drawdown: null });
    expect(taken.change).toEqual({ bar: null, day: null, week: null });
    expect(taken.indicators.rsi14).toEqual({ rsi: null });
    expect(taken.candlesticks).toEqual([]);
  });

  it('shows the chart pattern that is forming, with its odds', () => {
    const [pattern] = take(barsThrough(closesThrough([70, 100, 85, 100.5, 92]))).chartPatterns;
    expect(pattern).toMatchObject({ pattern: 'double-top', state: 'forming' });
    expect(pattern!.odds).toMatchObject({ verdict: 'not enough cases', cases: 0 });
  });

  it('leaves out chart patterns that were settled long ago', () => {
    const settled = [70, 100, 85, 100.5, 80, 60];
    expect(take(barsThrough(closesThrough(settled))).chartPatterns[0]).toMatchObject({ reachedTarget: true });
    const longAgo = take(barsThrough([...closesThrough(settled), ...Array.from({ length: 60 }, () => 60)]));
    expect(longAgo.chartPatterns.filter(({ pattern }) => pattern === 'double-top')).toEqual([]);
  });

  it('shows the candlesticks of the last bars, newest first, with their times and odds', () => {
    const series = longMarket();
    const ends = Array.from({ length: 200 }, (_, i) => series.closeTime[1_300 + i]!);
    const seen = ends.map((asOf) => take(series, asOf)).flatMap(({ candlesticks }) => candlesticks);
    expect(seen.length).toBeGreaterThan(20);
    for (const { barsAgo, odds, pattern } of seen) {
      expect(barsAgo).toBeLessThan(3);
      expect(odds.pattern).toBe(pattern);
      expect(odds.hitRate === null).toBe(odds.cases < 20);
    }
  });

  it('correlates with the other symbols over what was known', () => {
    const series = longMarket();
    const others = { TEST: series, TWIN: { ...series, symbol: 'TWIN' } };
    const asOf = series.closeTime[1_200]!;
    const { correlations } = snapshot({ symbol: 'TEST', interval: '1h', series, others }, asOf);
    expect(Object.keys(correlations)).toEqual(['TWIN']);
    expect(correlations.TWIN).toBeCloseTo(1, 12);
  });
});

const euro = ['data', 'ohlcv', 'fx', 'EURUSD_1h_mt5_2024-11_2025-12.csv.gz'];
const there = needsShared('snapshots of a real year of EURUSD', ...euro);

describe.skipIf(!there)('snapshots of a real year of EURUSD', () => {
  const HOUR = 3_600_000;
  const rows = there
    ? sharedText(...euro)
        .trim()
        .split('\n')
        .slice(1)
    : [];
  const series = toSeries(
    'EURUSD',
    '1h',
    rows.map((row) => {
      const [time, open, high, low, close, volume] = row.split(',') as [string, ...string[]];
      const openTime = Date.parse(`${time.replace(' ', 'T')}Z`);
      const closeTime = openTime + HOUR;
      const [o, h, l, c, v] = [open, high, low, close, volume].map(Number) as [number, number, number, number, number];
      return { openTime, closeTime, open: o, high: h, low: l, close: c, volume: v, receiveTime: closeTime };
    }),
  );
  const ends = Array.from({ length: 40 }, (_, i) => 1_100 + i * 137);

  it('are the same for a desk that loaded everything and one that loaded what it must', () => {
    for (const end of ends) {
      const asOf = series.closeTime[end]!;
      const live = sliceSeries(series, end + 1 - LOOKBACK, end + 1);
      expect(JSON.stringify(take(live, asOf))).toBe(JSON.stringify(take(series, asOf)));
    }
  });

  it('lie where a year of EURUSD lay', () => {
    for (const end of ends) {
      const { volatility, regime, levels, similarity, last, candlesticks } = take(series, series.closeTime[end]!);
      expect(volatility!.annual).toBeGreaterThan(0.03);
      expect(volatility!.annual).toBeLessThan(0.3);
      expect(volatility!.barsPerDay).toBe(24);
      expect(regime).not.toBeNull();
      expect(similarity === null || Math.abs(similarity.meanMove) < 0.02).toBe(true);
      expect(levels.every(({ price }) => Math.abs(price / last!.close - 1) < 0.15)).toBe(true);
      expect(candlesticks.every(({ odds }) => odds.baseRate! > 0.3 && odds.baseRate! < 0.7)).toBe(true);
    }
  });
});
