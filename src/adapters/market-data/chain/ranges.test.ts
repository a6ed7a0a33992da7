import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missingIn } from './ranges.ts';

describe('missing ranges', () => {
  it('are what lies between the ones that are held', () => {
    expect(
      missingIn({ from: 0, to: 100 }, [
        { from: 10, to: 20 },
        { from: 50, to: 120 },
      ]),
    ).toEqual([
      { from: 0, to: 10 },
      { from: 20, to: 50 },
    ]);
    expect(missingIn({ from: 0, to: 10 }, [])).toEqual([{ from: 0, to: 10 }]);
    expect(missingIn({ from: 5, to: 9 }, [{ from: 0, to: 10 }])).toEqual([]);
  });

  it('together with the held ones cover the whole, and touch none of them', () => {
    const cuts = fc
      .uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 12 })
      .map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(cuts, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (list, a, b) => {
        const held = [];
        for (let i = 0; i + 1 < list.length; i += 2) held.push({ from: list[i]!, to: list[i + 1]! });
        const inside = (ranges: { from: number; to: number }[], at: number) =>
          ranges.some((each) => at >= each.from && at < each.to);
        const missing = missingIn({ from: Math.min(a, b), to: Math.max(a, b) }, held);
        for (let at = Math.min(a, b); at < Math.max(a, b); at++) expect(inside(missing, at)).toBe(!inside(held, at));
      }),
    );
  });
});
