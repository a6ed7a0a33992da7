import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { needsShared, sharedJson } from '../testing/shared.ts';
import type { Columns } from './definition.ts';
import { indicators } from './index.ts';
import { lattice } from './lattice.fixture.ts';

/** TA-Lib's names for a function, its parameters and outputs, and ours. */
const ours = {
  SMA: ['sma', { optInTimePeriod: 'period' }, { outReal: 'sma' }],
  EMA: ['ema', { optInTimePeriod: 'period' }, { outReal: 'ema' }],
  WMA: ['wma', { optInTimePeriod: 'period' }, { outReal: 'wma' }],
  DEMA: ['dema', { optInTimePeriod: 'period' }, { outReal: 'dema' }],
  TEMA: ['tema', { optInTimePeriod: 'period' }, { outReal: 'tema' }],
  KAMA: ['kama', { optInTimePeriod: 'period' }, { outReal: 'kama' }],
  RSI: ['rsi', { optInTimePeriod: 'period' }, { outReal: 'rsi' }],
  MACD: [
    'macd',
    { optInFastPeriod: 'fast', optInSlowPeriod: 'slow', optInSignalPeriod: 'signal' },
    { outMACD: 'macd', outMACDSignal: 'signal', outMACDHist: 'histogram' },
  ],
  BBANDS: [
    'bbands',
    { optInTimePeriod: 'period', optInNbDevUp: 'up', optInNbDevDn: 'down' },
    { outRealUpperBand: 'upper', outRealMiddleBand: 'middle', outRealLowerBand: 'lower' },
  ],
  STDDEV: ['stddev', { optInTimePeriod: 'period', optInNbDev: 'deviations' }, { outReal: 'stddev' }],
  ATR: ['atr', { optInTimePeriod: 'period' }, { outReal: 'atr' }],
  NATR: ['natr', { optInTimePeriod: 'period' }, { outReal: 'natr' }],
  ADX: ['adx', { optInTimePeriod: 'period' }, { outReal: 'adx' }],
  PLUS_DI: ['adx', { optInTimePeriod: 'period' }, { outReal: 'plusDi' }],
  MINUS_DI: ['adx', { optInTimePeriod: 'period' }, { outReal: 'minusDi' }],
  STOCH: [
    'stoch',
    { optInFastK_Period: 'period', optInSlowK_Period: 'slowK', optInSlowD_Period: 'slowD' },
    { outSlowK: 'k', outSlowD: 'd' },
  ],
  STOCHRSI: [
    'stochrsi',
    { optInTimePeriod: 'period', optInFastK_Period: 'fastK', optInFastD_Period: 'fastD' },
    { outFastK: 'k', outFastD: 'd' },
  ],
  CCI: ['cci', { optInTimePeriod: 'period' }, { outReal: 'cci' }],
  MFI: ['mfi', { optInTimePeriod: 'period' }, { outReal: 'mfi' }],
  OBV: ['obv', {}, { outReal: 'obv' }],
  ROC: ['roc', { optInTimePeriod: 'period' }, { outReal: 'roc' }],
  MOM: ['mom', { optInTimePeriod: 'period' }, { outReal: 'mom' }],
  WILLR: ['willr', { optInTimePeriod: 'period' }, { outReal: 'willr' }],
  TRIX: ['trix', { optInTimePeriod: 'period' }, { outReal: 'trix' }],
  SAR: ['sar', { optInAcceleration: 'step', optInMaximum: 'maximum' }, { outReal: 'sar' }],
  AROON: ['aroon', { optInTimePeriod: 'period' }, { outAroonDown: 'down', outAroonUp: 'up' }],
  LINEARREG_SLOPE: ['linearreg-slope', { optInTimePeriod: 'period' }, { outReal: 'slope' }],
} as const satisfies Record<string, [keyof typeof indicators, Record<string, string>, Record<string, string>]>;

interface Entry {
  name: string;
  params: Record<string, number>;
  lookback: number;
  outputs: Record<string, (number | null)[]>;
  exact?: Record<string, number[]>;
}

/** TA-Lib averages by types 1 to 8, too, and gives raw movement for a period of 1; ours do not. */
const offered = ({ name, params }: Entry) =>
  name in ours &&
  Object.entries(params).every(([key, value]) => !key.endsWith('MAType') || value === 0) &&
  !(params.optInTimePeriod === 1 && ['NATR', 'PLUS_DI', 'MINUS_DI'].includes(name));

const titleOf = (entry: Entry) => `${entry.name} ${Object.values(entry.params).join(' ')}`;

const columnsOf = (columns: Record<string, number[]>) =>
  Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)])) as Columns;

function outputsOf(columns: Columns, { name, params }: Entry): Record<string, Float64Array> {
  const [indicator, parameterNames, outputNames] = ours[name as keyof typeof ours];
  const named = Object.entries(parameterNames).map(([theirs, mine]) => [mine, params[theirs]!]);
  const results = indicators[indicator].batch(columns, Object.fromEntries(named)) as Record<string, Float64Array>;
  return Object.fromEntries(Object.entries(outputNames).map(([theirs, mine]) => [theirs, results[mine]!]));
}

/** The largest difference in units of the tolerance's scale, max(1, |want|). */
const worst = (pairs: [got: number, want: number][]) =>
  pairs.reduce((most, [got, want]) => Math.max(most, Math.abs(got - want) / Math.max(1, Math.abs(want))), 0);

/** `full`: outputs have a null for every bar before the lookback; otherwise they start there. */
function expectEqual(columns: Columns, entry: Entry, full: boolean) {
  const got = outputsOf(columns, entry);
  for (const [name, values] of Object.entries(entry.outputs)) {
    const defined = full ? values.slice(entry.lookback) : values;
    const mine = got[name]!;
    expect(mine).toHaveLength(columns.close.length);
    expect(mine.subarray(0, entry.lookback).every(Number.isNaN)).toBe(true);
    expect(worst(defined.map((want, i) => [mine[entry.lookback + i]!, want!]))).toBeLessThanOrEqual(1e-10);
  }
}

describe.each(['market', 'edge'])('on the %s bars that ship with the source', (file) => {
  const path = new URL(`golden/${file}.json`, import.meta.url);
  const { columns, entries } = JSON.parse(readFileSync(path, 'utf8')) as {
    columns: Record<string, number[]>;
    entries: Entry[];
  };
  it.each(entries.map((entry) => [titleOf(entry), entry] as const))('%s equals TA-Lib', (_, entry) => {
    expectEqual(columnsOf(columns), entry, false);
  });
});

const there = needsShared('indicators against the whole TA-Lib vectors', 'golden', 'talib');

describe.skipIf(!there)('on the whole TA-Lib vectors', () => {
  const read = <T>(file: string) => sharedJson<T>('golden', 'talib', `${file}.json`);
  const files = ['overlap', 'momentum', 'volume', 'volatility', 'statistic', 'variants', 'edge'];
  const entries = there
    ? files.flatMap((file) =>
        read<{ entries: Entry[] }>(file)
          .entries.filter(offered)
          .map((entry) => [file, titleOf(entry), entry] as const),
      )
    : [];
  const series = (name: string) => columnsOf(read<{ columns: Record<string, number[]> }>(`series-${name}`).columns);

  it.each(entries)('%s: %s equals TA-Lib', (file, _, entry) => {
    expectEqual(series(file === 'edge' ? 'e' : 'a'), entry, true);
  });

  it('covers every function of ours that TA-Lib has', () => {
    expect(new Set(entries.map(([, , entry]) => entry.name))).toEqual(new Set(Object.keys(ours)));
  });

  it('does not drift over 200,000 bars', () => {
    const long = read<{ bars: number; indices: number[]; entries: Entry[]; checksum: { sumCloseTicks: number } }>(
      'long',
    );
    const columns = lattice(long.bars);
    expect(Math.round(columns.close.reduce((sum, close) => sum + Math.round(close * 100), 0))).toBe(
      long.checksum.sumCloseTicks,
    );
    const compared = long.entries.filter(offered);
    expect(compared.length).toBeGreaterThan(20);
    for (const entry of compared) {
      const got = outputsOf(columns, entry);
      const reference = entry.exact ?? entry.outputs;
      for (const [name, values] of Object.entries(reference)) {
        const pairs = long.indices.flatMap((index, i): [number, number][] =>
          values[i] === null || values[i] === undefined ? [] : [[got[name]![index]!, values[i]!]],
        );
        expect(pairs.length).toBeGreaterThan(50);
        expect.soft(worst(pairs), titleOf(entry)).toBeLessThanOrEqual(1e-10);
      }
    }
  });
});
