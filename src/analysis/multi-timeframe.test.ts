import { describe, expect, it } from 'vitest';
import { sliceSeries } from '../domain/bar.ts';
import { barsThrough } from '../patterns/path.fixture.ts';
import { alignTimeframes, trendOf } from './multi-timeframe.ts';

const line = (length: number, step: number) => Array.from({ length }, (_, i) => 1_000 + i * step);

describe('the trend of a timeframe', () => {
  it('is near 1 in a rise, near -1 in a fall, 0 in a market that does not move', () => {
    expect(trendOf(barsThrough(line(100, 1)))).toBeGreaterThan(0.8);
    expect(trendOf(barsThrough(line(100, -1)))).toBeLessThan(-0.8);
    expect(trendOf(barsThrough(line(100, 0), 0))).toBe(0);
  });

  it('needs 31 bars', () => {
    expect(trendOf(barsThrough(line(30, 1)))).toBeNaN();
    expect(trendOf(barsThrough(line(31, 1)))).toBeGreaterThan(0);
  });
});

describe('alignment', () => {
  it('is full when every timeframe rises', () => {
    const { score, agreement, timeframes } = alignTimeframes(barsThrough(line(1_000, 1)));
    expect(timeframes.map(({ interval, bars }) => [interval, bars])).toEqual([
      ['1h', 1_000],
      ['4h', 250],
      ['1d', 41],
    ]);
    expect(score).toBeGreaterThan(0.8);
    expect(agreement).toBe(1);
  });

  it('is broken when the short one turns against the long ones', () => {
    const closes = [...line(900, 1), ...line(100, -3).map((price) => price + 900)];
    const { score, agreement, timeframes } = alignTimeframes(barsThrough(closes));
    const [hour, , day] = timeframes;
    expect(hour!.trend).toBeLessThan(0);
    expect(day!.trend).toBeGreaterThan(hour!.trend!);
    expect(Math.abs(score!)).toBeLessThan(0.9);
    expect(agreement).toBeGreaterThan(0);
  });

  it('leaves out timeframes with too few bars', () => {
    const { timeframes } = alignTimeframes(barsThrough(line(200, 1)));
    expect(timeframes.map(({ trend }) => trend === null)).toEqual([false, false, true]);
    expect(alignTimeframes(barsThrough([]))).toMatchObject({ score: null, agreement: null });
  });

  it('does not count a coarse bar that the look-back cut, nor one that is not finished', () => {
    const series = barsThrough(line(1_000, 1));
    const cut = alignTimeframes(sliceSeries(series, 1, 999));
    // Rows 1 to 998: the first four-hour bar lacks its first hour, the last one its last.
    expect(cut.timeframes[1]!.bars).toBe(248);
  });
});
