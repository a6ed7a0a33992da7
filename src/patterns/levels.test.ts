import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLevels } from './levels.ts';
import { barsThrough, closesThrough, walk } from './path.fixture.ts';

describe('levels', () => {
  it('are where the market turned, counted by touches, on their side of the price', () => {
    const levels = findLevels(barsThrough(closesThrough([110, 100, 120, 100.2, 120.1, 100.1, 110])));
    expect(levels.map(({ kind, touches }) => [kind, touches])).toEqual([
      ['support', 3],
      ['resistance', 2],
    ]);
    expect(levels[0]!.price).toBeCloseTo((99.8 + 100 + 99.9) / 3, 9);
    expect(levels[0]!.distance).toBeCloseTo(levels[0]!.price / 110 - 1, 12);
    expect(levels[0]!.firstTime).toBeLessThan(levels[0]!.lastTime);
  });

  it('are none in a flat or a short market', () => {
    expect(
      findLevels(
        barsThrough(
          Array.from({ length: 60 }, () => 5),
          0,
        ),
      ),
    ).toEqual([]);
    expect(findLevels(barsThrough([]))).toEqual([]);
  });

  it('are sorted by touches, at most as many as asked, and lie apart', () => {
    fc.assert(
      fc.property(walk(), fc.integer({ min: 1, max: 6 }), (series, limit) => {
        const levels = findLevels(series, limit);
        expect(levels.length).toBeLessThanOrEqual(limit);
        const touches = levels.map((level) => level.touches);
        expect(touches).toEqual([...touches].sort((a, b) => b - a));
        expect(Math.min(2, ...touches)).toBe(2);
        expect(new Set(levels.map(({ price }) => price)).size).toBe(levels.length);
      }),
      { numRuns: 60 },
    );
  });
});
