import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sliceSeries } from '../domain/bar.ts';
import { barsThrough, closesThrough, LEAD, walk } from './path.fixture.ts';
import { findPivots } from './pivots.ts';

describe('pivots', () => {
  it('are the turns of the price, known only once it has come back', () => {
    const series = barsThrough(closesThrough([100, 120, 105, 125, 100]));
    const pivots = findPivots(series, 3);
    const [start, ...turns] = pivots.map(({ kind, index }) => [kind, index - LEAD]);
    expect(start![0]).toBe('low');
    expect(turns).toEqual([
      ['high', 20],
      ['low', 40],
      ['high', 60],
    ]);
    expect(pivots[1]!.price).toBe(120.2);
    expect(pivots[1]!.time).toBe(series.openTime[LEAD + 20]);
    for (const { index, confirmedAt } of pivots) expect(confirmedAt).toBeGreaterThan(index);
  });

  it('do not exist in a flat market, nor before the average range does', () => {
    expect(
      findPivots(
        barsThrough(
          Array.from({ length: 100 }, () => 100),
          0,
        ),
        2,
      ),
    ).toEqual([]);
    expect(findPivots(barsThrough([1, 5, 1, 5]), 2)).toEqual([]);
  });

  it('alternate, stand at the extreme of their swing and are never taken back', () => {
    fc.assert(
      fc.property(walk(), fc.double({ min: 0, max: 1, noNaN: true }), (series, share) => {
        const pivots = findPivots(series, 2);
        pivots.forEach((pivot, i) => {
          const before = pivots[i - 1];
          if (!before) return;
          expect(pivot.kind).not.toBe(before.kind);
          expect(pivot.index).toBeGreaterThan(before.index);
          const swing = (pivot.kind === 'high' ? series.high : series.low).subarray(
            before.index + 1,
            pivot.confirmedAt + 1,
          );
          expect(pivot.price).toBe(pivot.kind === 'high' ? Math.max(...swing) : Math.min(...swing));
        });
        const end = Math.floor(series.length * share);
        const known = pivots.filter(({ confirmedAt }) => confirmedAt < end);
        expect(findPivots(sliceSeries(series, 0, end), 2)).toEqual(known);
      }),
      { numRuns: 100 },
    );
  });
});
