import { describe, expect, it } from 'vitest';
import { requireInstrument } from '../domain/instruments.ts';
import { DAY, HOUR } from '../domain/time.ts';
import { policyOf } from '../engine/policy.ts';
import { syntheticBars } from '../testing/synthetic-bars.ts';
import { combinations, type WalkForwardRequest, walkForward } from './walk-forward.ts';

const trending = syntheticBars({ bars: 3_000, seed: 11, volatility: 0.001, drift: 0.0006, swing: 60 });
const noise = syntheticBars({ bars: 3_000, seed: 12, drift: 0 });
const base: WalkForwardRequest = {
  strategy: 'momentum',
  grid: { period: [6, 12, 24] },
  instrument: requireInstrument('EURUSD'),
  series: trending,
  source: 'made up',
  simulated: true,
  policy: policyOf(),
  folds: 4,
};

describe('walk-forward', () => {
  it('fits on everything before a stretch, with a gap, and tests on that stretch alone', () => {
    const { folds } = walkForward({ ...base, purgeBars: 48 });
    expect(folds).toHaveLength(4);
    for (const [i, { train, test }] of folds.entries()) {
      expect(Date.parse(test.from) - Date.parse(train.to)).toBe(48 * HOUR);
      expect(train.from).toBe(folds[0]!.train.from);
      if (i > 0) expect(test.from).toBe(folds[i - 1]!.test.to);
    }
    expect(Date.parse(folds.at(-1)!.test.to) - Date.parse(folds[0]!.test.from)).toBeCloseTo(100 * DAY, -8);
  });

  it('proves a rule on a market that was made for it', () => {
    const report = walkForward(base);
    expect(report.verdict).toBe('proven');
    expect(report.reason).toMatch(/standard errors from zero over \d+ days and \d+ trades/);
    expect(report.outOfSample.return).toBeGreaterThan(0);
    expect(report.efficiency).toBeGreaterThan(0.3);
    expect(report.trials).toBe(12);
  });

  it('proves nothing on noise, however many parameters are tried', () => {
    const report = walkForward({ ...base, series: noise, grid: { period: [6, 12, 24, 48, 96] } });
    expect(report.verdict).toBe('not proven');
    expect(report.folds.every((fold) => fold.chosen.period !== undefined)).toBe(true);
  });

  it('joins the stretches into one curve whose return is theirs multiplied', () => {
    const { folds, outOfSample } = walkForward(base);
    const product = folds.reduce((all, fold) => all * (1 + fold.outOfSample.return), 1);
    expect(outOfSample.return).toBeCloseTo(product - 1, 10);
    expect(outOfSample.trades).toBe(folds.reduce((sum, fold) => sum + fold.outOfSample.trades, 0));
  });

  it('is the same when it is run again', () => {
    expect(walkForward(base)).toEqual(walkForward(base));
  });

  it('says that too few trades prove nothing', () => {
    const report = walkForward({ ...base, strategy: 'momentum', grid: { period: [300], threshold: [8] } });
    expect(report).toMatchObject({ verdict: 'not proven', reason: expect.stringMatching(/too few; 30 are needed/) });
  });

  it.each([
    [{ folds: 70 }, /too few for 70 folds/],
    [{ grid: { period: [] } }, /0 combinations/],
    [{ grid: { period: Array.from({ length: 2_001 }, (_, i) => i + 1) } }, /2001 combinations/],
  ])('refuses %o', (changes, why) => {
    expect(() => walkForward({ ...base, ...(changes as Partial<WalkForwardRequest>) })).toThrow(why);
  });
});

describe('a grid', () => {
  it('is tried in every combination', () => {
    expect(combinations({ a: [1, 2], b: [3, 4] })).toEqual([
      { a: 1, b: 3 },
      { a: 1, b: 4 },
      { a: 2, b: 3 },
      { a: 2, b: 4 },
    ]);
  });
});
