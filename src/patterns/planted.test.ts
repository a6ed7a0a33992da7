import { describe, expect, it } from 'vitest';
import { findChartPatterns } from './chart-patterns.ts';
import { barsThrough, LEAD } from './path.fixture.ts';

const PLANTS = 60;

/** The same numbers on every run. */
function chances(seed: number) {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

/** Legs of uneven length between turns that are a little off, with noise on every close. */
function planted(turns: readonly number[], seed: number) {
  const chance = chances(seed);
  const off = () => (chance() - 0.5) * 1.6;
  const closes = Array.from({ length: LEAD }, () => turns[0]! + off());
  let before = turns[0]!;
  for (const turn of turns.slice(1)) {
    const [from, to] = [before, turn + off()];
    const length = 14 + Math.floor(chance() * 14);
    for (let i = 1; i <= length; i++) closes.push(from + ((to - from) * i) / length + (i < length ? off() : 0));
    before = to;
  }
  return barsThrough(closes, 0.4);
}

const mirrored = (turns: readonly number[]) => turns.map((turn) => 200 - turn);
const doubleTop = [70, 110, 92, 110, 80];
const headAndShoulders = [70, 104, 92, 118, 92, 104, 80];

describe('shapes planted in noise', () => {
  it.each([
    ['double-top', doubleTop],
    ['double-bottom', mirrored(doubleTop)],
    ['head-and-shoulders', headAndShoulders],
    ['inverse-head-and-shoulders', mirrored(headAndShoulders)],
  ])('%s is found and confirmed nearly every time', (name, turns) => {
    let found = 0;
    for (let seed = 1; seed <= PLANTS; seed++) {
      const confirmed = findChartPatterns(planted(turns, seed)).filter(
        ({ pattern, state }) => pattern === name && state === 'confirmed',
      );
      if (confirmed.length > 0) found++;
    }
    expect(found / PLANTS).toBeGreaterThanOrEqual(0.95);
  });

  it.each([
    ['a rise', [70, 130]],
    ['a fall', [130, 70]],
    ['stairs upwards', [70, 90, 82, 104, 95, 120, 110, 134]],
  ])('in %s there is none of them', (_, turns) => {
    let found = 0;
    for (let seed = 1; seed <= PLANTS; seed++) found += findChartPatterns(planted(turns, seed)).length;
    expect(found / PLANTS).toBeLessThanOrEqual(0.05);
  });
});
