import { describe, expect, it } from 'vitest';
import { averageTrueRange, levelLines } from './chart-levels.ts';

/** Bars that each span `range` around a close of 100. */
const bars = (count: number, range = 2) =>
  Array.from({ length: count }, (_, index) => ({
    openTime: new Date(index * 3_600_000).toISOString(),
    open: 100,
    high: 100 + range / 2,
    low: 100 - range / 2,
    close: 100,
    volume: 1,
  }));

describe('levels on the chart', () => {
  it('stand as many usual ranges from the close as the analyst says', () => {
    expect(levelLines(bars(50), { support: 1.5, resistance: 3 })).toEqual([
      { price: 97, title: 'Support', tone: 'faint' },
      { price: 106, title: 'Resistance', tone: 'faint' },
    ]);
  });

  it('are left out where the analyst saw none, or the bars are too few to say', () => {
    expect(levelLines(bars(50), {})).toEqual([]);
    expect(levelLines(bars(14), { support: 1 })).toEqual([]);
    expect(levelLines([], { support: 1 })).toEqual([]);
  });

  it('count a gap as part of the range', () => {
    const gapped = [...bars(30), { ...bars(1)[0]!, open: 110, high: 111, low: 109, close: 110 }];
    expect(averageTrueRange(gapped)).toBeCloseTo((2 * 13 + 11) / 14, 12);
  });
});
