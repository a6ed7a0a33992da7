import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar } from '../../../domain/bar.ts';
import { HOUR } from '../../../domain/time.ts';
import { compareSources, toleranceOf, trustAfter } from './sources.ts';

const bar = (hour: number, close: number): Bar => ({
  ...{ openTime: hour * HOUR, closeTime: (hour + 1) * HOUR, receiveTime: 0 },
  ...{ open: close, high: close, low: close, close, volume: 1 },
});
const bars = (count: number, of: (i: number) => number = () => 1.1) =>
  Array.from({ length: count }, (_, i) => bar(i, of(i)));
const fx = { assetClass: 'fx', interval: '1h' } as const;

describe('compareSources', () => {
  it('finds that sources agree within a spread', () => {
    const found = compareSources(
      bars(50),
      bars(50, () => 1.1003),
      fx,
    );
    expect(found).toMatchObject({ shared: 50, apart: 0, disagree: false });
    expect(trustAfter(found)).toBe(1);
  });

  it('finds a source on another price level, and where it is farthest off', () => {
    const found = compareSources(
      bars(50),
      bars(50, (i) => (i < 20 ? 1.1 : i === 33 ? 1.3 : 1.12)),
      fx,
    );
    expect(found).toMatchObject({ shared: 50, apart: 30, disagree: true, worst: { at: 33 * HOUR } });
    expect(trustAfter(found)).toBeCloseTo(0.7);
  });

  it('does not judge by a few bars, by single corrections, or by bars that only one has', () => {
    expect(
      compareSources(
        bars(4),
        bars(4, () => 2),
        fx,
      ).disagree,
    ).toBe(false);
    expect(
      compareSources(
        bars(50),
        bars(50, (i) => (i % 10 === 0 ? 1.2 : 1.1)),
        fx,
      ).disagree,
    ).toBe(false);
    const later = bars(50, () => 2).map((each) => ({ ...each, openTime: each.openTime + 100 * HOUR }));
    expect(compareSources(bars(50), later, fx)).toMatchObject({ shared: 0, disagree: false });
  });

  it('leaves days more room than minutes, and coins more than currencies', () => {
    expect(toleranceOf('fx', '1d')).toBeGreaterThan(toleranceOf('fx', '1h'));
    expect(toleranceOf('fx', '1h')).toBeGreaterThan(toleranceOf('fx', '1m'));
    expect(toleranceOf('crypto', '1m')).toBeGreaterThan(toleranceOf('fx', '1m'));
  });

  it('says the same whichever source is asked first', () => {
    const closes = fc.uniqueArray(fc.tuple(fc.nat(40), fc.double({ min: 1, max: 1.01, noNaN: true })), {
      selector: ([hour]) => hour,
    });
    const listOf = (rows: [number, number][]) =>
      rows.toSorted((a, b) => a[0] - b[0]).map(([hour, close]) => bar(hour, close));
    fc.assert(
      fc.property(closes, closes, (a, b) => {
        const [one, other] = [listOf(a), listOf(b)];
        const [there, back] = [compareSources(one, other, fx), compareSources(other, one, fx)];
        expect([back.shared, back.apart, back.disagree]).toEqual([there.shared, there.apart, there.disagree]);
        expect(there.apart <= there.shared && there.shared <= Math.min(a.length, b.length)).toBe(true);
      }),
    );
  });
});
