import { describe, expect, it } from 'vitest';
import type { CandlestickSighting } from './candlesticks.ts';
import type { ChartPattern } from './chart-patterns.ts';
import { candlestickOdds, chartOdds, wilsonInterval } from './odds.ts';

const sighting = (index: number, bias: 'bullish' | 'bearish' = 'bullish'): CandlestickSighting => ({
  pattern: 'hammer',
  title: 'Hammer',
  bias,
  value: bias === 'bullish' ? 100 : -100,
  index,
  bars: 1,
});
const every = (step: number, count: number) => Array.from({ length: count }, (_, i) => sighting(i * step));

describe('odds of a candlestick', () => {
  const rising = Float64Array.from({ length: 300 }, (_, i) => 100 + i);

  it('count the times that the price went its way', () => {
    const odds = candlestickOdds(sighting(0), every(10, 25), rising, 8);
    expect(odds).toMatchObject({
      verdict: 'measured',
      cases: 25,
      effectiveCases: 25,
      hits: 25,
      hitRate: 1,
      baseRate: 1,
      edge: 0,
    });
    expect(odds.interval!.low).toBeGreaterThan(0.8);
  });

  it('are not told below twenty cases', () => {
    const odds = candlestickOdds(sighting(0), every(10, 19), rising, 8);
    expect(odds).toMatchObject({ verdict: 'not enough cases', cases: 19, hitRate: null, interval: null, edge: null });
  });

  it('read a falling pattern downwards and apart from the rising one', () => {
    const both = [...every(10, 25), ...Array.from({ length: 25 }, (_, i) => sighting(i * 10 + 5, 'bearish'))];
    expect(candlestickOdds(sighting(0, 'bearish'), both, rising, 8)).toMatchObject({ cases: 25, hits: 0, baseRate: 0 });
  });

  it('leave out cases whose horizon has not passed', () => {
    expect(candlestickOdds(sighting(0), [sighting(291), sighting(292)], rising, 8).cases).toBe(1);
  });

  it('widen the interval when outcomes overlap', () => {
    const wave = Float64Array.from({ length: 300 }, (_, i) => 100 + Math.sin(i));
    const crowded = candlestickOdds(sighting(0), every(1, 40), wave, 8);
    const spaced = candlestickOdds(sighting(0), every(8, 36), wave, 8);
    expect(crowded.effectiveCases).toBe(5);
    expect(spaced.effectiveCases).toBe(36);
    const width = ({ interval }: typeof crowded) => interval!.high - interval!.low;
    expect(width(crowded)).toBeGreaterThan(width(spaced));
  });

  it('know no base rate without any past', () => {
    expect(candlestickOdds(sighting(0), [], new Float64Array(3), 8)).toMatchObject({ cases: 0, baseRate: null });
  });
});

describe('odds of a chart pattern', () => {
  const settled = (confirmedAt: number, reachedTarget: boolean | null) =>
    ({
      pattern: 'double-top',
      bias: 'bearish',
      confirmedAt,
      reachedTarget,
      target: 70,
      invalidation: 110,
    }) as ChartPattern;
  const close = new Float64Array(50).fill(100);

  it('compare with a random walk between target and invalidation', () => {
    const odds = chartOdds(settled(0, null), [settled(1, true), settled(2, false), settled(3, null)], close);
    expect(odds).toMatchObject({ measure: 'target', cases: 2, hits: 1, verdict: 'not enough cases', baseRate: 0.25 });
  });

  it('are told from twenty settled ones on', () => {
    const past = Array.from({ length: 20 }, (_, i) => settled(i, i % 2 === 0));
    expect(chartOdds(settled(0, null), past, close)).toMatchObject({ verdict: 'measured', hitRate: 0.5, edge: 0.25 });
  });
});

describe('the Wilson interval', () => {
  it.each([
    // Values of the closed form, to four digits, as published calculators give them.
    [0.5, 20, 0.2993, 0.7007],
    [0, 10, 0, 0.2775],
    [0.9, 100, 0.8256, 0.9448],
  ])('of %d in %d cases', (rate, count, low, high) => {
    expect(wilsonInterval(rate, count).low).toBeCloseTo(low, 4);
    expect(wilsonInterval(rate, count).high).toBeCloseTo(high, 4);
  });
});
