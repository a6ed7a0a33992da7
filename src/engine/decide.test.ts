import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blend } from '../consensus/blend.ts';
import type { Account } from '../domain/account.ts';
import { toNumber } from '../domain/decimal.ts';
import { analysts, priorWeights } from '../domain/signal.ts';
import { applyFill } from '../portfolio/account.ts';
import { aFill, aMarket, anAccount, aPanel, aQuoted, aView } from '../testing/builders.ts';
import { testDesk } from '../testing/test-desk.ts';
import { decide } from './decide.ts';
import { policyOf } from './policy.ts';
import { runCycle } from './run-cycle.ts';

const policy = policyOf();
const ask = (leans: number, account: Account = anAccount(), market = aMarket()) =>
  decide({ panel: aPanel(leans), account, market, policy });

describe('decide', () => {
  it('is a pure function: the same in gives the same out, and nothing in is changed', () => {
    const account = anAccount();
    const before = JSON.stringify(account, (_, each) => (typeof each === 'bigint' ? `${each}` : each));
    expect(ask(0.6, account)).toEqual(ask(0.6, account));
    expect(JSON.stringify(account, (_, each) => (typeof each === 'bigint' ? `${each}` : each))).toBe(before);
  });

  it('says in a sentence what it does and why', () => {
    expect(ask(0.6).why).toMatch(
      /^Buy 9000 EURUSD at about 1\.1\d*, sized by [a-z-]+, cut from \d+ by risk; conviction 0\.600\.$/,
    );
    expect(ask(-0.6).why).toMatch(/^Sell /);
    expect(ask(0).why).toContain('Too few analysts');
    expect(ask(0.1).why).toContain('no-trade band');
    const closed = aMarket([aQuoted('EURUSD', { sessionOpen: false })]);
    expect(ask(0.6, anAccount(), closed).why).toContain('The market is closed.');
  });

  it('gives up a holding that the panel turned against, before it turns itself', async () => {
    const desk = await testDesk();
    await runCycle(desk, { symbols: ['AAPL'], slot: 1 });
    desk.leans.set('AAPL', -0.6);
    const { outcomes } = await runCycle(desk, { symbols: ['AAPL'], slot: 2 });
    expect(outcomes).toMatchObject([{ outcome: 'traded', why: expect.stringContaining('to give up the position') }]);
    expect(await desk.account()).toMatchObject({ positions: [], openOrders: [] });
    await runCycle(desk, { symbols: ['AAPL'], slot: 3 });
    expect((await desk.account()).positions).toMatchObject([{ side: 'short' }]);
  });

  it('holds against the worst panel that a schema allows: no approved order breaks a limit or lacks a stop', () => {
    const view = fc.record({
      direction: fc.constantFrom('long' as const, 'flat' as const, 'short' as const),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      probability: fc.double({ min: 0, max: 1, noNaN: true }),
      calibrated: fc.boolean(),
      expectedMove: fc.double({ min: -1, max: 1, noNaN: true }),
    });
    const world = fc.record({
      mid: fc.double({ min: 0.5, max: 2, noNaN: true }),
      atr: fc.double({ min: 0, max: 0.2, noNaN: true }),
      dailyVolatility: fc.double({ min: 0, max: 1, noNaN: true }),
      held: fc.integer({ min: -9, max: 9 }),
      profile: fc.constantFrom('conservative', 'balanced', 'aggressive'),
    });
    fc.assert(
      fc.property(
        fc.tuple(...analysts.map(() => view)),
        world,
        (views, { mid, atr, dailyVolatility, held, profile }) => {
          const inForce = policyOf({ profile });
          const market = aMarket([aQuoted('EURUSD', { mid, atr, dailyVolatility })]);
          const fill = aFill({
            side: held < 0 ? 'sell' : 'buy',
            quantity: String(Math.abs(held) * 1_000),
            price: mid.toFixed(5),
          });
          const account = held === 0 ? anAccount() : applyFill(anAccount(), fill);
          const signals = analysts.map((name, i) => aView(name, views[i]!.direction, views[i]!.confidence, views[i]!));
          const side = held === 0 ? 'flat' : held > 0 ? 'long' : 'short';
          const consensus = blend(signals, {
            weights: priorWeights,
            held: side,
            policy: inForce.consensus,
            horizon: { interval: '1h', bars: 8 },
          });
          const { verdict } = decide({ panel: { symbol: 'EURUSD', consensus }, account, market, policy: inForce });
          if (!verdict || verdict.outcome === 'rejected') return;
          const { order } = verdict;
          if (order.reduceOnly) {
            expect(toNumber(order.quantity)).toBeLessThanOrEqual(Math.abs(held) * 1_000);
            return;
          }
          const { limits } = inForce.risk;
          const worth = toNumber(order.quantity) * toNumber(order.referencePrice);
          expect(worth).toBeLessThanOrEqual(100_001 * limits.maxPositionFraction);
          const sign = order.side === 'buy' ? 1 : -1;
          const distance = sign * (toNumber(order.referencePrice) - toNumber(order.stopLoss!));
          expect(distance).toBeGreaterThan(0);
          expect(toNumber(order.quantity) * distance).toBeLessThanOrEqual(100_001 * limits.maxRiskPerOrderFraction);
          if (order.side === 'sell') expect(limits.allowShort).toBe(true);
          expect(Math.abs(order.conviction)).toBeGreaterThanOrEqual(limits.minConviction);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('the policy', () => {
  it('never sizes one order beyond what one order may risk, and refuses names that mean nothing', () => {
    expect(policyOf({ profile: 'conservative' }).sizing.riskFraction).toBe(0.005);
    expect(policyOf({ consensus: { enter: 0.3 } }).consensus).toMatchObject({ enter: 0.3, exit: 0.05 });
    expect(() => policyOf({ profile: 'x' })).toThrow('not a risk profile');
  });
});
