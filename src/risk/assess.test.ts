import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convert, formatAmount, money, notional, price, quantity, toNumber } from '../domain/decimal.ts';
import type { Order, OrderIntent } from '../domain/order.ts';
import { applyFill } from '../portfolio/account.ts';
import { exposure } from '../portfolio/exposure.ts';
import { aFill, aMarket, anAccount, anIntent, anOpenOrder, aQuoted, noon } from '../testing/builders.ts';
import { assess } from './assess.ts';
import { profiles, riskPolicy } from './profiles.ts';
import { rules } from './rules/index.ts';

const policy = riskPolicy('balanced');
const market = aMarket([
  aQuoted('EURUSD', { bid: 1.1, ask: 1.1 }),
  aQuoted('GBPUSD', { bid: 1.3, ask: 1.3 }),
  aQuoted('AAPL', { bid: 200, ask: 200 }),
]);
const asked = (intent: OrderIntent): OrderIntent => ({ ...intent, sizing: { chosen: 'requested', candidates: [] } });
const apple = (size: string, changes: Parameters<typeof anIntent>[0] = {}) =>
  anIntent({
    symbol: 'AAPL',
    quantity: size,
    referencePrice: price('200'),
    stopLoss: price('196'),
    takeProfit: price('208'),
    ...changes,
  });

describe('assess', () => {
  it('returns every check of every rule, passed or not', () => {
    const [verdict] = assess([anIntent()], anAccount(), market, policy);
    expect(verdict).toMatchObject({ outcome: 'approved' });
    expect(verdict!.checks.map((check) => check.code)).toEqual(rules.map((rule) => rule.code));
    expect(verdict!.checks.every((check) => check.message.length > 0)).toBe(true);
  });

  it.each([
    { size: '50', outcome: 'approved' },
    { size: '51', outcome: 'rejected' },
  ])(
    '$size shares at 200, asked for by a person, against a position limit of 10,000 are $outcome',
    ({ size, outcome }) => {
      expect(assess([asked(apple(size))], anAccount(), market, policy)).toMatchObject([{ outcome }]);
    },
  );

  it('says which quantity would pass', () => {
    expect(assess([asked(apple('51'))], anAccount(), market, policy)).toMatchObject([
      { passesIf: 'quantity is at most 50' },
    ]);
  });

  it('cuts a sized wish down to what fits, and to whole lots', () => {
    const [verdict] = assess([anIntent({ quantity: '50000' })], anAccount(), market, policy);
    expect(verdict!.outcome).toBe('resized');
    if (verdict!.outcome === 'resized') expect(formatAmount(verdict!.order.quantity)).toBe('9000');
  });

  it('rejects rather than resizes when not even the smallest order fits', () => {
    const full = applyFill(anAccount(), aFill({ quantity: '9090', price: '1.1' }));
    const holder = { ...full, positions: full.positions.map((each) => ({ ...each, stopLoss: price('1.09') })) };
    const [verdict] = assess([anIntent({ quantity: '5000' })], holder, market, policy);
    expect(verdict).toMatchObject({ outcome: 'rejected', passesIf: null });
  });

  it('does not let two orders spend the same room', () => {
    const outcomes = assess([asked(apple('40')), asked(apple('40'))], anAccount(), market, policy).map(
      (each) => each.outcome,
    );
    expect(outcomes).toEqual(['approved', 'rejected']);
  });

  it('an unknown order counts as filled: the second half of the room is gone', () => {
    const unknown = anOpenOrder({ symbol: 'AAPL', side: 'buy', quantity: '40', status: 'unknown' });
    const account = anAccount({ openOrders: [unknown] });
    const [verdict] = assess([asked(apple('20'))], account, market, { limits: { ...policy.limits } });
    const failed = verdict!.checks.filter((check) => !check.passed).map((check) => check.code);
    expect(failed).toContain('position_notional');
  });

  it('an unknown exit does not count as filled: the position may still be there', () => {
    const holder = {
      ...applyFill(anAccount(), aFill({ quantity: '9000' })),
      openOrders: [anOpenOrder({ side: 'sell', quantity: '9000', status: 'unknown', reduceOnly: true })],
    };
    const [verdict] = assess([asked(anIntent({ quantity: '1000' }))], holder, market, policy);
    expect(verdict!.checks.find((check) => check.code === 'position_notional')).toMatchObject({ passed: false });
  });

  it('a resting order below the market hides no loss of the day, and none from the peak', () => {
    const lost = { ...anAccount(), cash: money('90000'), realised: money('-10000') };
    const bargain = anOpenOrder({ symbol: 'AAPL', type: 'limit', quantity: '40', limitPrice: price('50') });
    const failedOf = (openOrders: Order[], limits = {}) =>
      assess([anIntent()], { ...lost, openOrders }, market, { limits: { ...policy.limits, ...limits } })[0]!
        .checks.filter((check) => !check.passed)
        .map((check) => check.code);
    expect(failedOf([], { maxDrawdown: 0.08 })).toEqual(['daily_loss', 'drawdown']);
    expect(failedOf([bargain], { maxDrawdown: 0.08 })).toEqual(expect.arrayContaining(['daily_loss', 'drawdown']));
  });

  it('a working order that would turn a position round ends no losing streak', () => {
    const trade = { symbol: 'EURUSD', side: 'long' as const, quantity: quantity('1'), profit: money('-1') };
    const times = { openedAt: noon, closedAt: noon, entryPrice: price('1'), exitPrice: price('1') };
    const loser = anAccount({ recentTrades: Array.from({ length: 5 }, () => ({ ...trade, ...times })) });
    const held = applyFill(loser, aFill({ symbol: 'AAPL', quantity: '1', price: '100' }));
    const turning = anOpenOrder({
      symbol: 'AAPL',
      side: 'sell',
      type: 'limit',
      limitPrice: price('300'),
      quantity: '9',
    });
    const [verdict] = assess([anIntent()], { ...held, openOrders: [turning] }, market, policy);
    expect(verdict!.checks.find((check) => check.code === 'loss_streak')).toMatchObject({ passed: false, actual: 5 });
  });

  it('lets an exit pass where an entry may not, but never beyond flat', () => {
    const broke = {
      ...applyFill(anAccount(), aFill({ quantity: '3000' })),
      tradingState: 'reducing' as const,
      dayStartEquity: money('500000'),
    };
    const exit = (size: string) =>
      asked({
        ...anIntent({ side: 'sell', quantity: size, stopLoss: undefined, takeProfit: undefined }),
        reduceOnly: true,
      });
    expect(assess([exit('3000')], broke, market, policy)[0]!.outcome).toBe('approved');
    expect(assess([exit('4000')], broke, market, policy)[0]!.outcome).toBe('rejected');
    expect(assess([exit('2000'), exit('2000')], broke, market, policy).map((each) => each.outcome)).toEqual([
      'approved',
      'rejected',
    ]);
  });

  it('an order let pass because it only reduces stays one: resting longer than the position it opens no short', () => {
    const held = { ...applyFill(anAccount(), aFill({ quantity: '3000' })), tradingState: 'reducing' as const };
    const prices = { limitPrice: price('1.12'), referencePrice: price('1.12'), stopLoss: undefined };
    const wish = asked(anIntent({ side: 'sell', type: 'limit', quantity: '3000', ...prices, takeProfit: undefined }));
    expect(wish.reduceOnly).toBe(false);
    expect(assess([wish], held, market, policy)).toMatchObject([{ outcome: 'approved', order: { reduceOnly: true } }]);
    expect(assess([anIntent()], anAccount(), market, policy)).toMatchObject([{ order: { reduceOnly: false } }]);
  });

  it('rejects an instrument without a price instead of guessing one', () => {
    expect(assess([anIntent({ symbol: 'GBPJPY' })], anAccount(), market, policy)).toMatchObject([
      { outcome: 'rejected', checks: [{ code: 'instrument_tradable', passed: false }] },
    ]);
  });

  it('no list of wishes, however large, breaks a limit once approved', () => {
    const wish = fc.record({
      symbol: fc.constantFrom('EURUSD', 'GBPUSD', 'AAPL'),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      size: fc.integer({ min: -10, max: 10_000_000 }),
      stop: fc.option(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { nil: undefined }),
      conviction: fc.double({ min: -1, max: 1, noNaN: true }),
      requested: fc.boolean(),
      reduceOnly: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(wish, { maxLength: 8 }),
        fc.constantFrom('conservative', 'balanced', 'aggressive'),
        (wishes, profile) => {
          const limits = { ...profiles[profile as 'balanced'], maxOrdersPerMinute: 100 };
          const intents = wishes.map((each): OrderIntent => {
            const reference = market.instruments[each.symbol]!.ask;
            const { tick } = market.instruments[each.symbol]!.instrument;
            const intent = anIntent({
              symbol: each.symbol,
              side: each.side,
              quantity: String(each.size),
              conviction: each.conviction,
              reduceOnly: each.reduceOnly,
              referencePrice: price(String(reference)),
              takeProfit: undefined,
              stopLoss:
                each.stop === undefined
                  ? undefined
                  : (((price((reference * (1 + each.stop)).toFixed(5)) / tick) * tick) as never),
            });
            return each.requested ? asked(intent) : intent;
          });
          let account = anAccount();
          for (const verdict of assess(intents, account, market, { limits })) {
            if (verdict.outcome === 'rejected') {
              expect(verdict.checks.some((check) => !check.passed)).toBe(true);
              continue;
            }
            const { symbol, side, quantity: size, referencePrice } = verdict.order;
            account = applyFill(
              account,
              aFill({ symbol, side, quantity: formatAmount(size), price: formatAmount(referencePrice) }),
            );
            const { gross, bySymbol } = exposure(account, market);
            expect(toNumber(gross)).toBeLessThanOrEqual(100_000 * limits.maxGrossExposure);
            for (const worth of Object.values(bySymbol))
              expect(Math.abs(toNumber(worth))).toBeLessThanOrEqual(100_000 * limits.maxPositionFraction + 1e-6);
            if (!limits.allowShort) expect(account.positions.every((each) => each.side === 'long')).toBe(true);
            if (
              !verdict.order.reduceOnly &&
              account.positions.some((each) => each.symbol === symbol && (each.side === 'long') === (side === 'buy'))
            ) {
              const risk =
                verdict.order.stopLoss === undefined
                  ? 0n
                  : convert(
                      notional(
                        (referencePrice > verdict.order.stopLoss
                          ? referencePrice - verdict.order.stopLoss
                          : verdict.order.stopLoss - referencePrice) as never,
                        size,
                      ),
                      verdict.order.rate,
                    );
              expect(toNumber(risk)).toBeLessThanOrEqual(100_000 * limits.maxRiskPerOrderFraction + 1e-6);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('profiles', () => {
  it('balanced allows a position of 10,000 and a daily loss of 5,000 on 100,000', () => {
    const { limits } = riskPolicy('balanced');
    expect([limits.maxPositionFraction * 100_000, limits.maxDailyLossFraction * 100_000]).toEqual([10_000, 5_000]);
  });

  it('take overrides by name and refuse names that mean nothing', () => {
    expect(riskPolicy('conservative', { allowShort: true }).limits.allowShort).toBe(true);
    expect(() => riskPolicy('reckless')).toThrow('reckless');
    expect(() => riskPolicy('balanced', { maxFun: 1 })).toThrow('maxFun');
  });

  it('read limits as people write them, and refuse values that would judge nothing', () => {
    const { limits } = riskPolicy('balanced', {
      maxDailyLoss: 2500,
      maxHeat: '0.02',
      requireStop: 'false',
      universe: ['EURUSD'],
    });
    expect(limits).toMatchObject({ maxDailyLoss: '2500', maxHeat: 0.02, requireStop: false, universe: ['EURUSD'] });
    const bad = {
      maxHeat: 'lots',
      maxPositions: Number.NaN,
      priceCollar: -1,
      maxDailyLoss: '-5',
      universe: 'EURUSD',
      allowShort: 1,
      maxDrawdown: null,
    };
    for (const [name, value] of Object.entries(bad))
      expect(() => riskPolicy('balanced', { [name]: value }), name).toThrow(name);
  });
});
