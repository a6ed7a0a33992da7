import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { needsShared, sharedJson } from '../testing/shared.ts';
import { candleShape } from './candle-shape.ts';
import { biasOf, candlestickColumn, candlestickPatterns, findCandlesticks } from './candlesticks.ts';

const theirs: Record<string, string> = {
  doji: 'CDLDOJI',
  'dragonfly-doji': 'CDLDRAGONFLYDOJI',
  'gravestone-doji': 'CDLGRAVESTONEDOJI',
  'spinning-top': 'CDLSPINNINGTOP',
  marubozu: 'CDLMARUBOZU',
  hammer: 'CDLHAMMER',
  'hanging-man': 'CDLHANGINGMAN',
  'inverted-hammer': 'CDLINVERTEDHAMMER',
  'shooting-star': 'CDLSHOOTINGSTAR',
  engulfing: 'CDLENGULFING',
  harami: 'CDLHARAMI',
  'harami-cross': 'CDLHARAMICROSS',
  piercing: 'CDLPIERCING',
  'dark-cloud-cover': 'CDLDARKCLOUDCOVER',
  'morning-star': 'CDLMORNINGSTAR',
  'evening-star': 'CDLEVENINGSTAR',
  'three-white-soldiers': 'CDL3WHITESOLDIERS',
  'three-black-crows': 'CDL3BLACKCROWS',
};

type Prices = Record<'open' | 'high' | 'low' | 'close', number[]>;
const columnsOf = ({ open, high, low, close }: Prices) => ({
  open: Float64Array.from(open),
  high: Float64Array.from(high),
  low: Float64Array.from(low),
  close: Float64Array.from(close),
});

describe('candlestick patterns on the bars that ship with the source', () => {
  const golden = JSON.parse(readFileSync(new URL('golden/candles.json', import.meta.url), 'utf8')) as {
    columns: Prices;
    hits: Record<string, [row: number, value: number][]>;
  };
  const shape = candleShape(columnsOf(golden.columns));

  it.each(candlestickPatterns)('$name fires exactly where TA-Lib says', (pattern) => {
    const got = candlestickColumn(pattern, shape);
    const hits = Array.from(got).flatMap((value, row) => (value === 0 ? [] : [[row, value]]));
    expect(hits).toEqual(golden.hits[theirs[pattern.name]!]);
    expect(hits.length).toBeGreaterThanOrEqual(3);
  });
});

const there = needsShared('candlestick patterns against the whole TA-Lib vectors', 'golden', 'talib');

describe.skipIf(!there).each([
  ['a market-like series', 'series-a', 'candles-a'],
  ['the lattice on which every pattern fires', 'series-b', 'candles-b'],
  ['degenerate bars', 'series-e', 'edge'],
])('candlestick patterns on %s', (_, seriesFile, vectorFile) => {
  const read = <T>(file: string) => sharedJson<T>('golden', 'talib', `${file}.json`);
  const { columns } = there ? read<{ columns: Prices }>(seriesFile) : { columns: {} as Prices };
  const entries = there
    ? read<{ entries: { name: string; lookback: number; outputs: { outInteger: (number | null)[] } }[] }>(vectorFile)
        .entries
    : [];

  it.each(candlestickPatterns)('$name equals TA-Lib on every bar', (pattern) => {
    const { outputs, lookback } = entries.find(({ name }) => name === theirs[pattern.name])!;
    expect(pattern.lookback).toBe(lookback);
    const got = candlestickColumn(pattern, candleShape(columnsOf(columns)));
    expect(Array.from(got)).toEqual(outputs.outInteger.map((value) => value ?? 0));
  });
});

describe('sightings', () => {
  /** Ten quiet bars, then those given as [open, high, low, close]. */
  const quietThen = (...bars: [number, number, number, number][]) => {
    const quiet = Array.from({ length: 12 }, () => [100, 101, 99, 100.5]);
    const rows = [...quiet, ...bars];
    return columnsOf({
      open: rows.map((row) => row[0]!),
      high: rows.map((row) => row[1]!),
      low: rows.map((row) => row[2]!),
      close: rows.map((row) => row[3]!),
    });
  };

  it('sees a bullish engulfing on the bar that completes it', () => {
    const found = findCandlesticks(quietThen([100, 100.2, 98.8, 99], [98.9, 101.5, 98.5, 101]), 13);
    expect(found).toContainEqual(
      expect.objectContaining({ pattern: 'engulfing', bias: 'bullish', value: 100, index: 13, bars: 2 }),
    );
  });

  it('takes no side on a doji', () => {
    const found = findCandlesticks(quietThen([100, 101, 99, 100]), 12);
    expect(found.map(({ pattern, bias }) => [pattern, bias])).toContainEqual(['doji', 'neutral']);
  });

  it('sees nothing in too few bars', () => {
    expect(findCandlesticks(columnsOf({ open: [1], high: [2], low: [1], close: [2] }))).toEqual([]);
  });

  it('reads the bias from the sign', () => {
    const marubozu = candlestickPatterns.find(({ name }) => name === 'marubozu')!;
    expect([biasOf(marubozu, 100), biasOf(marubozu, -100)]).toEqual(['bullish', 'bearish']);
  });
});
