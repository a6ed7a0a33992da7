import { describe, expect, it } from 'vitest';
import { barsThrough } from '../patterns/path.fixture.ts';
import { drawdownOf } from './drawdown.ts';

describe('drawdown', () => {
  it('is the fall from the highest close so far', () => {
    const series = barsThrough([100, 120, 90, 110, 114]);
    const { current, max, peakTime, barsSincePeak } = drawdownOf(series)!;
    expect(current).toBeCloseTo(0.05, 12);
    expect(max).toBeCloseTo(0.25, 12);
    expect(peakTime).toBe(series.openTime[1]);
    expect(barsSincePeak).toBe(3);
  });

  it('is nothing at a high, and unknown without bars', () => {
    expect(drawdownOf(barsThrough([1, 2, 3]))).toMatchObject({ current: 0, max: 0, barsSincePeak: 0 });
    expect(drawdownOf(barsThrough([]))).toBeUndefined();
  });
});
