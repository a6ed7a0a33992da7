import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsThrough, walk } from '../patterns/path.fixture.ts';
import { detectRegime } from './regime.ts';

/** Closes that drift by `drift` per bar with a ripple of `ripple`; the last `tail` bars by `late` instead. */
const market = (drift: number, ripple: number, late = { bars: 0, drift: 0, ripple: 0 }) => {
  let price = 100;
  const closes = Array.from({ length: 300 }, (_, i) => {
    const now = i >= 300 - late.bars ? late : { drift, ripple };
    price *= Math.exp(now.drift + now.ripple * [1, -1, 0.5, -0.5, -1, 1][i % 6]!);
    return price;
  });
  return barsThrough(closes, 0.05);
};

describe('the regime', () => {
  it.each([
    ['trend-up', market(0.003, 0.004)],
    ['trend-down', market(-0.003, 0.004)],
    ['range', market(0, 0.004)],
    ['high-volatility', market(0, 0.002, { bars: 30, drift: 0, ripple: 0.02 })],
    ['crisis', market(0.0005, 0.003, { bars: 20, drift: -0.02, ripple: 0.02 })],
  ])('%s is told from the others', (name, series) => {
    expect(detectRegime(series)?.name).toBe(name);
  });

  it('has probabilities that sum to one, the named one highest', () => {
    fc.assert(
      fc.property(walk(), (series) => {
        const regime = detectRegime(series);
        expect(regime === undefined).toBe(series.length < 71);
        if (!regime) return;
        const chances = Object.values(regime.probabilities);
        expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 9);
        expect(regime.probabilities[regime.name]).toBe(Math.max(...chances));
        expect(Object.values(regime.features).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('of a market that does not move is a range', () => {
    expect(
      detectRegime(
        barsThrough(
          Array.from({ length: 200 }, () => 3),
          0,
        ),
      )!.name,
    ).toBe('range');
  });
});
