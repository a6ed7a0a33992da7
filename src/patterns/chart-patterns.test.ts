import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BarSeries, sliceSeries } from '../domain/bar.ts';
import { type ChartPattern, findChartPatterns, lineAt } from './chart-patterns.ts';
import { barsThrough, closesThrough, LEAD, walk } from './path.fixture.ts';

const named = (series: BarSeries, name: string) => findChartPatterns(series).filter(({ pattern }) => pattern === name);
const path = (...turns: number[]) => barsThrough(closesThrough(turns));

/** The pattern as it was known when `end` bars were. */
function knownAt(pattern: ChartPattern, end: number): ChartPattern[] {
  if (pattern.formedAt >= end) return [];
  const until = (row: number | null) => (row !== null && row < end ? row : null);
  const [confirmedAt, failedAt, resolvedAt] = [pattern.confirmedAt, pattern.failedAt, pattern.resolvedAt].map(
    until,
  ) as [number | null, number | null, number | null];
  const state = failedAt !== null ? 'failed' : confirmedAt !== null ? 'confirmed' : 'forming';
  const reachedTarget = resolvedAt === null ? null : pattern.reachedTarget;
  return [{ ...pattern, state, confirmedAt, failedAt, resolvedAt, reachedTarget }];
}

describe('a double top', () => {
  const turns = [70, 100, 85, 100.5, 92];

  it('forms when the second top is known', () => {
    const [pattern, ...others] = named(path(...turns), 'double-top');
    expect(others).toEqual([]);
    expect(pattern).toMatchObject({ state: 'forming', bias: 'bearish', confirmedAt: null, failedAt: null });
    expect(pattern!.points.map(({ role, index }) => [role, index - LEAD])).toEqual([
      ['first', 20],
      ['neckline', 40],
      ['second', 60],
    ]);
    expect(pattern!.invalidation).toBeCloseTo(100.7, 9);
    expect(pattern!.target).toBeCloseTo(84.8 - (100.2 - 84.8), 9);
    expect(pattern!.confidence).toBeGreaterThan(0.8);
  });

  it('is confirmed by the first close under the dip, and settled at its target', () => {
    const [pattern] = named(path(...turns, 80, 60), 'double-top');
    expect(pattern).toMatchObject({ state: 'confirmed', reachedTarget: true, failedAt: null });
    const series = path(...turns, 80, 60);
    expect(series.close[pattern!.confirmedAt!]!).toBeLessThan(84.8);
    expect(series.close[pattern!.confirmedAt! - 1]!).toBeGreaterThanOrEqual(84.8);
    expect(series.low[pattern!.resolvedAt!]!).toBeLessThanOrEqual(pattern!.target);
  });

  it('fails when the price closes over the tops first', () => {
    const [pattern] = named(path(...turns, 110), 'double-top');
    expect(pattern).toMatchObject({ state: 'failed', confirmedAt: null });
  });

  it('fails when a confirmed break comes back over the tops', () => {
    const [pattern] = named(path(...turns, 80, 110), 'double-top');
    expect(pattern).toMatchObject({ state: 'failed', reachedTarget: false });
    expect(pattern!.confirmedAt).not.toBeNull();
  });

  it('fails when the break does not come', () => {
    const [pattern] = named(path(...turns, 92, 92, 92, 92), 'double-top');
    expect(pattern).toMatchObject({ state: 'failed', confirmedAt: null });
  });

  it('is none when the tops are not level or no rise led to it', () => {
    expect(named(path(70, 100, 85, 108, 95), 'double-top')).toEqual([]);
    expect(named(path(95, 100, 85, 100, 92), 'double-top')).toEqual([]);
  });
});

describe('head and shoulders', () => {
  const turns = [70, 100, 90, 112, 91, 101, 95];

  it('have a head above level shoulders, a neckline and a target as far below', () => {
    const [pattern] = named(path(...turns), 'head-and-shoulders');
    expect(pattern).toMatchObject({ state: 'forming', bias: 'bearish' });
    expect(pattern!.points.map(({ role }) => role)).toEqual([
      'left-shoulder',
      'left-neckline',
      'head',
      'right-neckline',
      'right-shoulder',
    ]);
    const { from, to } = pattern!.neckline;
    expect([from.index - LEAD, to.index - LEAD]).toEqual([40, 80]);
    const height = pattern!.points[2]!.price - lineAt(from, to, LEAD + 60);
    expect(pattern!.target).toBeCloseTo(lineAt(from, to, pattern!.formedAt) - height, 9);
  });

  it('are confirmed under the neckline', () => {
    expect(named(path(...turns, 80), 'head-and-shoulders')[0]).toMatchObject({ state: 'confirmed' });
  });

  it('are not seen when one shoulder is as high as the head', () => {
    expect(named(path(70, 100, 90, 112, 91, 111, 95), 'head-and-shoulders')).toEqual([]);
  });
});

describe('chart patterns', () => {
  it('read the same upside down with the sides exchanged', () => {
    const turned = (series: BarSeries): BarSeries => {
      const over = (column: Float64Array) => column.map((price) => 2_000 - price);
      const { open, high, low, close } = series;
      return { ...series, open: over(open), high: over(low), low: over(high), close: over(close) };
    };
    for (const turns of [
      [70, 100, 85, 100.5, 80, 60],
      [70, 100, 90, 112, 91, 101, 80],
    ]) {
      const tops = findChartPatterns(path(...turns));
      const bottoms = findChartPatterns(turned(path(...turns)));
      expect(tops.length).toBeGreaterThan(0);
      expect(bottoms.map(({ bias, state, formedAt }) => [bias, state, formedAt])).toEqual(
        tops.map(({ bias, state, formedAt }) => [bias === 'bearish' ? 'bullish' : 'bearish', state, formedAt]),
      );
      expect(bottoms[0]!.pattern).toMatch(/bottom|inverse/);
      bottoms.forEach((bottom, i) => {
        expect(bottom.target).toBeCloseTo(2_000 - tops[i]!.target, 6);
      });
    }
  });

  it('never change the past as bars are added', () => {
    let seen = 0;
    fc.assert(
      fc.property(walk(700), fc.double({ min: 0.2, max: 1, noNaN: true }), (series, share) => {
        const whole = findChartPatterns(series);
        seen += whole.length;
        const end = Math.floor(series.length * share);
        expect(findChartPatterns(sliceSeries(series, 0, end))).toEqual(whole.flatMap((each) => knownAt(each, end)));
      }),
      { numRuns: 150 },
    );
    expect(seen).toBeGreaterThan(100);
  });

  it('have a confidence between 0 and 1 and a target on the far side of the neckline', () => {
    fc.assert(
      fc.property(walk(700), (series) => {
        for (const { confidence, bias, target, invalidation } of findChartPatterns(series)) {
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
          expect(Math.sign(invalidation - target)).toBe(bias === 'bearish' ? 1 : -1);
        }
      }),
      { numRuns: 80 },
    );
  });
});
