import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { walk } from './path.fixture.ts';
import { nearestWindows, similarityOutlook } from './similarity.ts';

/** Pearson correlation, written the textbook way. */
function correlation(a: number[], b: number[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const dot = (x: number[], mx: number, y: number[], my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  return dot(a, meanA, b, meanB) / Math.sqrt(dot(a, meanA, a, meanA) * dot(b, meanB, b, meanB));
}

describe('the nearest windows', () => {
  it('are what comparing all of them finds', () => {
    fc.assert(
      fc.property(walk(200), fc.integer({ min: 5, max: 12 }), ({ close }, length) => {
        const values = Array.from(close);
        const until = values.length - 1 - length;
        const query = values.slice(-length);
        const found = nearestWindows(close, length, { count: 1, apart: 1, until });
        const all = values
          .map((_, end) => correlation(query, values.slice(Math.max(0, end - length + 1), end + 1)))
          .filter((value, end) => end >= length - 1 && end <= until && !Number.isNaN(value));
        expect(found).toHaveLength(Math.min(1, all.length));
        if (found.length > 0) expect(found[0]!.correlation).toBeCloseTo(Math.max(...all), 9);
      }),
      { numRuns: 80 },
    );
  });

  it('finds a shape again at another height and size', () => {
    const shape = [0, 1, 3, 2, 5, 4, 4.5, 7];
    const noise = Array.from({ length: 40 }, (_, i) => 50 + ((i * 37) % 11));
    const close = Float64Array.from([
      ...noise,
      ...shape.map((value) => 90 + 3 * value),
      ...noise,
      ...shape.map((value) => 10 + value),
    ]);
    const [best] = nearestWindows(close, 8, { count: 3, apart: 4, until: close.length - 9 });
    expect(best!.index).toBe(47);
    expect(best!.correlation).toBeCloseTo(1, 12);
    expect(best!.distance).toBeCloseTo(0, 5);
  });

  it('keep their distance from each other and know no shape in a flat market', () => {
    const waves = Float64Array.from({ length: 300 }, (_, i) => 100 + Math.sin(i / 5));
    const found = nearestWindows(waves, 20, { count: 9, apart: 10, until: 270 });
    const rows = found.map(({ index }) => index).sort((a, b) => a - b);
    expect(rows.slice(1).every((row, i) => row - rows[i]! >= 10)).toBe(true);
    const flat = new Float64Array(100).fill(7.1);
    expect(nearestWindows(flat, 20, { count: 5, apart: 10, until: 70 })).toEqual([]);
  });
});

describe('the outlook', () => {
  it('says what followed before: a wave goes on as it did', () => {
    const waves = Float64Array.from({ length: 400 }, (_, i) => 100 + 5 * Math.sin((2 * Math.PI * i) / 50));
    const outlook = similarityOutlook(waves.subarray(0, 391), { count: 6 })!;
    expect(outlook.shareUp).toBe(waves[398]! > waves[390]! ? 1 : 0);
    expect(outlook.meanMove).toBeCloseTo(waves[398]! / waves[390]! - 1, 3);
    expect(outlook.sampleSize).toBeGreaterThanOrEqual(5);
    expect(outlook.effectiveSize).toBeLessThanOrEqual(outlook.sampleSize + 1e-9);
  });

  it('uses only matches whose horizon has passed, and keeps its quantiles in order', () => {
    fc.assert(
      fc.property(walk(400), ({ close }) => {
        const outlook = similarityOutlook(close);
        if (!outlook) return;
        const { quantiles, matches, horizon } = outlook;
        for (const { index, move } of matches) {
          expect(index + horizon).toBeLessThan(close.length);
          expect(move).toBe(close[index + horizon]! / close[index]! - 1);
        }
        const ordered = [quantiles.p10, quantiles.p25, quantiles.p50, quantiles.p75, quantiles.p90];
        expect(ordered).toEqual([...ordered].sort((a, b) => a - b));
        expect(outlook.shareUp).toBeGreaterThanOrEqual(0);
        expect(outlook.shareUp).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it('is not given where there is too little past', () => {
    expect(similarityOutlook(Float64Array.from({ length: 60 }, (_, i) => 100 + (i % 7)))).toBeUndefined();
    expect(similarityOutlook(new Float64Array(0))).toBeUndefined();
  });
});
