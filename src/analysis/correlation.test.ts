import { describe, expect, it } from 'vitest';
import { type BarSeries, sliceSeries, toSeries } from '../domain/bar.ts';
import { barsThrough } from '../patterns/path.fixture.ts';
import { correlate, correlationMatrix, pearson } from './correlation.ts';

const ripple = (i: number, seed: number) => Math.sin(i * seed) + Math.sin(i * i * seed);
const path = (seed: number, sign = 1) => {
  let price = 100;
  return Array.from({ length: 200 }, (_, i) => {
    price *= Math.exp(0.01 * sign * ripple(i, seed));
    return price;
  });
};
const named = (symbol: string, series: BarSeries) => ({ ...series, symbol });

describe('correlation', () => {
  it('is 1 with itself, -1 with its mirror, small with a stranger', () => {
    const a = barsThrough(path(1.3));
    expect(correlate(a, a).value).toBeCloseTo(1, 12);
    expect(correlate(a, barsThrough(path(1.3, -1))).value).toBeCloseTo(-1, 9);
    expect(Math.abs(correlate(a, barsThrough(path(2.7))).value!)).toBeLessThan(0.3);
  });

  it('compares only bars that both have', () => {
    const whole = barsThrough(path(1.3));
    const kept = Array.from({ length: whole.length }, (_, i) => i).filter((i) => i % 3 !== 1);
    const holed = toSeries(
      'TEST',
      '1h',
      kept.map((i) => ({
        openTime: whole.openTime[i]!,
        closeTime: whole.closeTime[i]!,
        open: whole.open[i]!,
        high: whole.high[i]!,
        low: whole.low[i]!,
        close: whole.close[i]!,
        volume: 1,
        receiveTime: 0,
      })),
    );
    expect(correlate(whole, holed)).toEqual({ value: 1, count: kept.length - 1 });
  });

  it('says nothing with too few common bars or no variation', () => {
    const a = barsThrough(path(1.3));
    expect(correlate(a, sliceSeries(a, 0, 20))).toEqual({ value: null, count: 19 });
    expect(correlate(a, barsThrough(Array.from({ length: 200 }, () => 5))).value).toBeNull();
    expect(pearson(new Float64Array(0), new Float64Array(0))).toBeNull();
  });

  it('looks back no further than asked', () => {
    const a = barsThrough(path(1.3));
    expect(correlate(a, a, 100).count).toBe(99);
  });

  it('makes a symmetric matrix with ones down the middle', () => {
    const { symbols, values, counts } = correlationMatrix([
      named('A', barsThrough(path(1.3))),
      named('B', barsThrough(path(2.7))),
      named('C', barsThrough(path(0.4))),
    ]);
    expect(symbols).toEqual(['A', 'B', 'C']);
    expect(counts[0]).toEqual([199, 199, 199]);
    values.forEach((row, i) => {
      expect(row[i]).toBeCloseTo(1, 12);
      row.forEach((value, j) => {
        expect(value).toBeCloseTo(values[j]![i]!, 12);
      });
    });
  });
});
