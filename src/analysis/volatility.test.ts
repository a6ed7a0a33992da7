import { describe, expect, it } from 'vitest';
import { type BarSeries, toSeries } from '../domain/bar.ts';
import { DAY, HOUR } from '../domain/time.ts';
import { barsThrough } from '../patterns/path.fixture.ts';
import { ewmaVolatility, forecastVolatility, medianOf, tradingPace } from './volatility.ts';

/** Closes that move up and down by the same fraction each bar. */
const zigzag = (length: number, step: number) =>
  Array.from({ length }, (_, i) => 100 * (i % 2 === 0 ? 1 : Math.exp(step)));

/** Hours of `days` days from Monday 2025-01-06 on, on weekdays only or always. */
function hours(days: number, weekends: boolean): BarSeries {
  const monday = Date.UTC(2025, 0, 6);
  const times = Array.from({ length: days * 24 }, (_, i) => monday + i * HOUR).filter(
    (time) => weekends || Math.floor((time - monday) / DAY) % 7 < 5,
  );
  return toSeries(
    'TEST',
    '1h',
    times.map((openTime) => ({
      openTime,
      closeTime: openTime + HOUR,
      open: 1,
      high: 1,
      low: 1,
      close: 1,
      volume: 0,
      receiveTime: openTime + HOUR,
    })),
  );
}

describe('the volatility forecast', () => {
  it('of equal steps is the step', () => {
    const column = ewmaVolatility(Float64Array.from(zigzag(60, 0.01)));
    expect(column.subarray(0, 20).every(Number.isNaN)).toBe(true);
    expect(column[20]).toBeCloseTo(0.01, 12);
    expect(column[59]).toBeCloseTo(0.01, 12);
  });

  it('rises by the square of a shock and decays by six per cent a bar', () => {
    const closes = [...zigzag(41, 0.01), 150, 150, 150];
    const column = ewmaVolatility(Float64Array.from(closes));
    const shock = Math.log(150 / closes[40]!) ** 2;
    expect(column[41]! ** 2).toBeCloseTo(0.94 * 0.01 ** 2 + 0.06 * shock, 12);
    expect(column[43]! ** 2).toBeCloseTo(column[41]! ** 2 * 0.94 ** 2, 12);
  });

  it('grows with the root of time', () => {
    const forecast = forecastVolatility(barsThrough(zigzag(24 * 14, 0.01), 0), 9)!;
    expect(forecast.overHorizon).toBeCloseTo(0.03, 9);
    expect(forecast.daily).toBeCloseTo(0.01 * Math.sqrt(24), 9);
    expect(forecast.annual).toBeCloseTo(0.01 * Math.sqrt(24 * 365.25), 6);
    expect(forecast.ratio).toBeCloseTo(1, 9);
  });

  it('tells a storm from a calm by ratio and percentile', () => {
    const storm = forecastVolatility(barsThrough([...zigzag(200, 0.001), ...zigzag(20, 0.05)], 0), 8)!;
    expect(storm.ratio).toBeGreaterThan(10);
    expect(storm.percentile).toBeGreaterThan(0.98);
  });

  it('is not given for too few bars', () => {
    expect(forecastVolatility(barsThrough(zigzag(20, 0.01)), 8)).toBeUndefined();
    expect(forecastVolatility(barsThrough([]), 8)).toBeUndefined();
  });
});

describe('the pace of a market', () => {
  it('that sleeps at weekends has five days a week', () => {
    const { barsPerDay, barsPerYear } = tradingPace(hours(28, false));
    expect(barsPerYear).toBeCloseTo(5 * 24 * (365.25 / 7), 6);
    expect(barsPerDay).toBe(24);
  });

  it('that never sleeps has them all', () => {
    const { barsPerDay, barsPerYear } = tradingPace(hours(28, true));
    expect(barsPerYear).toBeCloseTo(24 * 365.25, 6);
    expect(barsPerDay).toBe(24);
  });

  it('of daily bars is one a day', () => {
    expect(tradingPace(barsThrough(zigzag(70, 0.01), 0, '1d'))).toEqual({ barsPerDay: 1, barsPerYear: 365.25 });
    expect(tradingPace(barsThrough(zigzag(70, 0.01), 0, '1w')).barsPerDay).toBeCloseTo(1 / 7, 12);
  });
});

describe('the median', () => {
  it('skips what is not a number', () => {
    expect(medianOf(Float64Array.from([Number.NaN, 3, 1, 2]))).toBe(2);
    expect(medianOf(Float64Array.from([Number.NaN]))).toBeNaN();
  });
});
