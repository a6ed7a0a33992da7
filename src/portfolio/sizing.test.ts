import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAmount, toNumber } from '../domain/decimal.ts';
import type { Consensus } from '../domain/signal.ts';
import { aFill, aMarket, anAccount, aPanel, aQuoted } from '../testing/builders.ts';
import { applyFill } from './account.ts';
import { size, sizePosition } from './sizing.ts';
import { defaultSizingPolicy } from './sizing-policy.ts';

const policy = defaultSizingPolicy;
const long = aPanel(0.6).consensus;
const ask = (changes: Partial<Consensus> = {}, account = anAccount(), market = aMarket()) =>
  sizePosition({ symbol: 'EURUSD', consensus: { ...long, ...changes } }, account, market, policy);

describe('sizing', () => {
  it('takes the least of the three methods and says which and why', () => {
    const [intent] = size(
      { symbol: 'EURUSD', consensus: { ...long, probability: 0.9, calibrated: true } },
      anAccount(),
      aMarket(),
      policy,
    );
    expect(intent!.sizing.candidates.map((each) => each.method)).toEqual([
      'fixed-fractional',
      'kelly',
      'volatility-target',
    ]);
    const least = Math.min(...intent!.sizing.candidates.map((each) => toNumber(each.quantity)));
    expect(toNumber(intent!.quantity)).toBe(least);
    expect(intent!.sizing.candidates.find((each) => each.method === intent!.sizing.chosen)!.note).toContain('%');
  });

  it('risks the chosen fraction of equity at the stop: 1 % of 100,000 over 44 pips', () => {
    const outcome = ask(
      { probability: 0.99, calibrated: true },
      anAccount(),
      aMarket([aQuoted('EURUSD', { atr: 0.0022, dailyVolatility: 0 })]),
    );
    expect(outcome).toMatchObject({ outcome: 'intent', intent: { sizing: { chosen: 'fixed-fractional' } } });
    if (outcome.outcome === 'intent') expect(toNumber(outcome.intent.quantity)).toBeCloseTo(1_000 / 0.0044, -3);
  });

  it('always gives a stop on the losing side and a target beyond the entry', () => {
    for (const direction of ['long', 'short'] as const) {
      const outcome = ask({ direction, probability: 0.7 });
      if (outcome.outcome !== 'intent') throw new Error(outcome.why);
      const { stopLoss, takeProfit, referencePrice, side } = outcome.intent;
      const sign = side === 'buy' ? 1n : -1n;
      expect(sign * (referencePrice - stopLoss!)).toBeGreaterThan(0n);
      expect(sign * (takeProfit! - referencePrice)).toBeGreaterThan(0n);
    }
  });

  it('a coin has no Kelly stake, so nothing is wished for', () => {
    expect(ask({ probability: 0.5 })).toMatchObject({ outcome: 'none', why: expect.stringContaining('kelly') });
  });

  it('an uncalibrated probability counts for half of its edge', () => {
    const kelly = (calibrated: boolean) => {
      const outcome = ask({ probability: 0.52, calibrated });
      return outcome.outcome === 'intent' ? toNumber(outcome.intent.sizing.candidates[1]!.quantity) : 0;
    };
    expect(kelly(true) / kelly(false)).toBeCloseTo(2, 1);
  });

  it('stays out inside the band, without a quorum, a price or a range, and says so', () => {
    expect(ask({ direction: 'flat', reason: 'inside_band' })).toMatchObject({
      why: expect.stringContaining('no-trade band'),
    });
    expect(ask({ direction: 'flat', reason: 'no_quorum' })).toMatchObject({
      why: expect.stringContaining('Too few analysts'),
    });
    expect(ask({}, anAccount(), aMarket([]))).toMatchObject({ why: expect.stringContaining('no price') });
    expect(ask({}, anAccount(), aMarket([aQuoted('EURUSD', { atr: 0 })]))).toMatchObject({
      why: expect.stringContaining('range'),
    });
    expect(ask({}, anAccount(), aMarket([aQuoted('EURUSD', { atr: 9 })]))).toMatchObject({
      why: expect.stringContaining('below zero'),
    });
  });

  it('keeps what it holds, gives it up inside the band, closes before it turns, and holds on without a quorum', () => {
    const holder = applyFill(anAccount(), aFill({ quantity: '2000' }));
    expect(ask({}, holder)).toMatchObject({ why: expect.stringContaining('long already') });
    const exit = { outcome: 'intent', intent: { side: 'sell', reduceOnly: true, orderClass: 'simple' } };
    expect(ask({ direction: 'flat', reason: 'inside_band' }, holder)).toMatchObject(exit);
    expect(ask({ direction: 'short' }, holder)).toMatchObject(exit);
    expect(ask({ direction: 'flat', reason: 'no_quorum' }, holder)).toMatchObject({ outcome: 'none' });
  });

  it('rounds to the lot and never risks more than it may', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.0001, max: 0.05, noNaN: true }),
        fc.double({ min: 0.51, max: 0.99, noNaN: true }),
        fc.double({ min: 0.001, max: 0.2, noNaN: true }),
        fc.constantFrom('long' as const, 'short' as const),
        (atr, probability, dailyVolatility, direction) => {
          const quoted = aQuoted('EURUSD', { atr, dailyVolatility });
          const outcome = ask({ direction, probability }, anAccount(), aMarket([quoted]));
          if (outcome.outcome === 'none') return;
          const { quantity, stopLoss, referencePrice } = outcome.intent;
          expect(quantity % quoted.instrument.lot).toBe(0n);
          expect(stopLoss! % quoted.instrument.tick).toBe(0n);
          const distance = Math.abs(toNumber(referencePrice) - toNumber(stopLoss!));
          expect(toNumber(quantity) * distance, formatAmount(quantity)).toBeLessThanOrEqual(1_000.01);
        },
      ),
      { numRuns: 200 },
    );
  });
});
