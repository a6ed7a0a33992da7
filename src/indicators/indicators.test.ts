import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Columns, Indicator, PlainBar } from './definition.ts';
import { findIndicator, indicatorNames, indicators } from './index.ts';
import { lattice } from './lattice.fixture.ts';

/** Bars with flat stretches, ties, gaps, spikes and bars without volume; prices on a grid or not. */
const market = fc
  .record({
    grid: fc.constantFrom(0.5, 0.01, 0.0000001),
    start: fc.constantFrom(1, 100, 60_000),
    steps: fc.array(
      fc.record({
        kind: fc.constantFrom('flat', 'tie', 'walk', 'walk', 'walk', 'spike'),
        move: fc.integer({ min: -9, max: 9 }),
        up: fc.integer({ min: 0, max: 4 }),
        down: fc.integer({ min: 0, max: 4 }),
        volume: fc.constantFrom(0, 500, 1000, 90_000),
      }),
      { maxLength: 400, size: 'max' },
    ),
  })
  .map(({ grid, start, steps }): Columns => {
    const column = () => new Float64Array(steps.length);
    const columns = { open: column(), high: column(), low: column(), close: column(), volume: column() };
    let price: number = start;
    steps.forEach((step, i) => {
      const move = step.kind === 'flat' ? 0 : step.kind === 'tie' ? Math.sign(step.move) : step.move;
      const close = Math.max(grid, price + move * grid * (step.kind === 'spike' ? 1000 : 1));
      const reach = step.kind === 'flat' ? 0 : grid;
      columns.open[i] = price;
      columns.close[i] = close;
      columns.high[i] = Math.max(price, close) + step.up * reach;
      columns.low[i] = Math.max(grid / 2, Math.min(price, close) - step.down * reach);
      columns.volume[i] = step.volume;
      price = close;
    });
    return columns;
  });

/** Any parameters inside small ranges, so that 400 bars are enough to warm up. */
const parametersOf = (indicator: Indicator) =>
  fc.record(
    Object.fromEntries(
      Object.entries(indicator.parameters).map(([name, { type, min, max }]) => [
        name,
        type === 'integer'
          ? fc.integer({ min, max: Math.min(max, 40) })
          : fc.double({ min: Math.max(min, 0), max: Math.min(max, 5), noNaN: true }),
      ]),
    ),
  );

function streamed(indicator: Indicator, columns: Columns, parameters: Record<string, number>) {
  const stream = indicator.stream(parameters);
  const values = Array.from(columns.close, (close, i) =>
    stream.next({
      open: columns.open[i]!,
      high: columns.high[i]!,
      low: columns.low[i]!,
      close,
      volume: columns.volume[i]!,
    }),
  );
  return Object.fromEntries(indicator.outputs.map((output) => [output, values.map((row) => row[output]!)]));
}

/** Where two columns first differ in any bit that arithmetic can see (all NaNs are one); -1 where nowhere. */
const firstDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).findIndex((value, i) => !Object.is(value, b[i]));
const rows = (columns: Columns, from: number, to: number) =>
  Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.subarray(from, to)])) as Columns;

/** Averages of averages, Wilder's averages, running sums and running totals: every bar before counts. */
const recursive =
  'sma ema wma dema tema kama macd rsi atr natr adx stoch stochrsi trix obv sar keltner supertrend'.split(' ');

describe.each(indicatorNames)('%s', (name) => {
  const indicator = findIndicator(name)!;

  it('streams what it computes in one go, to the last bit', () => {
    fc.assert(
      fc.property(market, parametersOf(indicator), (columns, parameters) => {
        const batch = indicator.batch(columns, parameters);
        const stream = streamed(indicator, columns, parameters);
        for (const output of indicator.outputs) {
          expect(batch[output]).toHaveLength(columns.close.length);
          expect(firstDifference(stream[output]!, batch[output]!)).toBe(-1);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('does the same over 2,000 bars, where sums were anchored many times', () => {
    const columns = lattice(2_000, 7);
    const batch = indicator.batch(columns);
    const stream = streamed(indicator, columns, {});
    for (const output of indicator.outputs) expect(firstDifference(stream[output]!, batch[output]!)).toBe(-1);
  });

  it('never looks ahead', () => {
    const columns = lattice(300, 11);
    const whole = indicator.batch(columns);
    for (const end of [0, 1, 50, 150, 299]) {
      const part = indicator.batch(rows(columns, 0, end));
      for (const output of indicator.outputs) expect(part[output]).toEqual(whole[output]!.slice(0, end));
    }
  });

  it('needs no more bars than it says, or says that all count', () => {
    const { reach } = indicator;
    expect(recursive.includes(name)).toBe(reach === undefined);
    if (!reach) return;
    fc.assert(
      fc.property(market, parametersOf(indicator), (columns, parameters) => {
        const whole = indicator.batch(columns, parameters);
        const { length } = columns.close;
        const tail = indicator.batch(rows(columns, Math.max(0, length - reach(parameters)), length), parameters);
        for (const output of indicator.outputs) expect(tail[output]!.at(-1)).toEqual(whole[output]!.at(-1));
      }),
      { numRuns: 40 },
    );
  });

  it('is defined exactly from its warm-up on', () => {
    const columns = lattice(400, 3);
    const warmup = indicator.warmup();
    const results = Object.values(indicator.batch(columns));
    expect(results.every((column) => column.subarray(warmup).every(Number.isFinite))).toBe(true);
    if (warmup > 0) expect(results.some((column) => Number.isNaN(column[warmup - 1]!))).toBe(true);
  });

  it('says what it is, and refuses parameters outside its ranges', () => {
    expect(indicator.name).toBe(name);
    expect(indicator.title).not.toBe('');
    expect(indicator.source).not.toBe('');
    for (const [parameter, { default: usual, min, max }] of Object.entries(indicator.parameters)) {
      expect(usual).toBeGreaterThanOrEqual(min);
      expect(usual).toBeLessThanOrEqual(max);
      expect(() => indicator.batch(lattice(5), { [parameter]: min - 1 })).toThrow(RangeError);
      expect(() => indicator.stream({ [parameter]: Number.NaN })).toThrow(RangeError);
    }
    expect(() => indicator.warmup({ colour: 3 })).toThrow(/no parameter colour/);
  });
});

describe('the registry', () => {
  it('finds an indicator by name and nothing else', () => {
    expect(findIndicator('rsi')).toBe(indicators.rsi);
    expect(findIndicator('toString')).toBeUndefined();
  });
});

describe('values that can be worked out by hand', () => {
  const flat = (rows: number[][]): Columns => ({
    open: Float64Array.from(rows, (row) => row[2]!),
    high: Float64Array.from(rows, (row) => row[0]!),
    low: Float64Array.from(rows, (row) => row[1]!),
    close: Float64Array.from(rows, (row) => row[2]!),
    volume: Float64Array.from(rows, (row) => row[3]!),
  });

  it('weights prices by volume', () => {
    const columns = flat([
      [12, 9, 9, 100],
      [22, 18, 20, 300],
    ]);
    expect(indicators.vwap.batch(columns, { period: 2 }).vwap[1]).toBe((10 * 100 + 20 * 300) / 400);
  });

  it('has no weighted price without volume', () => {
    const columns = flat([
      [12, 9, 9, 0],
      [22, 18, 20, 0],
    ]);
    expect(indicators.vwap.batch(columns, { period: 2 }).vwap[1]).toBeNaN();
  });

  it('spans the extremes of its bars with a Donchian channel', () => {
    const columns = flat([
      [12, 9, 9, 1],
      [22, 18, 20, 1],
      [15, 14, 15, 1],
    ]);
    const { upper, middle, lower } = indicators.donchian.batch(columns, { period: 2 });
    expect([...upper, ...middle, ...lower]).toEqual([Number.NaN, 22, 22, Number.NaN, 15.5, 18, Number.NaN, 9, 14]);
  });

  it('finds no volatility in a steady trend and scales it with the root of time', () => {
    const close = Float64Array.from({ length: 9 }, (_, i) => 2 ** i);
    const columns = { open: close, high: close, low: close, close, volume: close };
    expect(indicators['realised-volatility'].batch(columns, { period: 4 }).volatility[8]).toBe(0);
    const shaky = lattice(50, 5);
    const perBar = indicators['realised-volatility'].batch(shaky).volatility[49]!;
    const perYear = indicators['realised-volatility'].batch(shaky, { barsPerYear: 252 }).volatility[49]!;
    expect(perYear).toBeCloseTo(perBar * Math.sqrt(252), 12);
  });

  it('lets SuperTrend trail under a rise and turn after the fall through it', () => {
    const closes = [...Array.from({ length: 20 }, (_, i) => 100 + i), 90, 80, 79, 78];
    const columns = flat(closes.map((close) => [close + 1, close - 1, close, 1]));
    const { supertrend, direction } = indicators.supertrend.batch(columns, { period: 5, multiplier: 2 });
    expect([...direction.subarray(5, 20)].every((sign) => sign === 1)).toBe(true);
    expect(supertrend[19]!).toBeLessThan(119);
    expect(supertrend[19]!).toBeGreaterThan(supertrend[10]!);
    expect(direction[20]).toBe(-1);
    expect(supertrend[23]!).toBeGreaterThan(78);
  });

  it('keeps the Keltner bands as far from the average as the range says', () => {
    const columns = lattice(60, 9);
    const { upper, middle, lower } = indicators.keltner.batch(columns);
    const { atr } = indicators.atr.batch(columns, { period: 10 });
    expect(middle[59]).toBe(indicators.ema.batch(columns, { period: 20 }).ema[59]);
    expect(upper[59]! - middle[59]!).toBeCloseTo(2 * atr[59]!, 9);
    expect(middle[59]! - lower[59]!).toBeCloseTo(2 * atr[59]!, 9);
  });
});

const forming = indicatorNames.filter((name) => findIndicator(name)!.stream().peek);
describe.each(forming)('%s of a bar that is still forming', (name) => {
  const indicator = findIndicator(name)!;

  it('is what it would be if the bar ended now, and takes nothing in', () => {
    fc.assert(
      fc.property(market, parametersOf(indicator), (columns, parameters) => {
        const stream = indicator.stream(parameters);
        for (let i = 0; i < columns.close.length; i++) {
          const bar = Object.fromEntries(
            Object.entries(columns).map(([name, values]) => [name, values[i]]),
          ) as PlainBar;
          stream.peek!({ ...bar, high: bar.high * 2, close: bar.high * 2 });
          const looked = stream.peek!(bar);
          const taken = stream.next(bar);
          for (const output of indicator.outputs) expect(Object.is(looked[output], taken[output])).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});
