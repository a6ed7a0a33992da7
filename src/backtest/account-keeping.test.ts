import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Money, money, type Rate, rate, toNumber } from '../domain/decimal.ts';
import { requireInstrument } from '../domain/instruments.ts';
import { HOUR } from '../domain/time.ts';
import { applyRecord, conservation, equity, openAccount } from '../portfolio/account.ts';
import { anOrder, orderTime } from '../testing/orders.ts';
import { defaultCosts } from './costs.ts';
import { createExchange } from './exchange.ts';
import { createTradeLog } from './trade-log.ts';
import { createValuer } from './valuer.ts';

type Step = { lots: number; move: number; protect: boolean };

/** Plays market orders, one per bar, and keeps the account, the trades and the fast value beside each other. */
function play(steps: readonly Step[], each: (at: { fast: number; exact: number; open: boolean }) => void) {
  const exchange = createExchange({
    instrument: requireInstrument,
    rate: () => rate('1') as Rate,
    costs: defaultCosts,
  });
  const opening = { currency: 'USD', cash: money('100000') as Money, mode: 'paper' as const, broker: 'paper' };
  let account = openAccount('main', opening, orderTime);
  const log = createTradeLog('EURUSD');
  const valuer = createValuer('EURUSD');
  let price = 1.1;
  steps.forEach(({ lots, move, protect }, i) => {
    const openTime = orderTime + i * HOUR;
    if (lots !== 0) {
      const bracket = { orderClass: 'bracket' as const, stopLoss: price * (lots > 0 ? 0.999 : 1.001) };
      const order = anOrder({
        side: lots > 0 ? 'buy' : 'sell',
        quantity: String(Math.abs(lots) * 1000),
        ...(protect ? bracket : {}),
      });
      account = applyRecord(account, { kind: 'intent', payload: { order } as never, time: openTime });
      exchange.submit(order, openTime);
    }
    const close = price * (1 + move);
    const prices = { open: price, close, high: Math.max(price, close) * 1.0002, low: Math.min(price, close) * 0.9998 };
    for (const event of exchange.onBar('EURUSD', { openTime, closeTime: openTime + HOUR, ...prices, volume: 0 })) {
      const before = account;
      account =
        event.kind === 'fill'
          ? applyRecord(account, { kind: 'fill', payload: { fill: event.fill }, time: openTime })
          : applyRecord(account, { kind: 'order-event', payload: event, time: openTime });
      if (event.kind === 'fill') {
        log.onFill(event.fill, exchange.order(event.fill.clientOrderId)!.role, before, account);
      }
    }
    valuer.read(account);
    price = close;
    const exact = toNumber(equity(account, { EURUSD: { price, rate: 1 } }));
    each({ fast: valuer.equity(price, 1), exact, open: account.positions.length > 0 });
  });
  return { account, log };
}

const steps = fc.array(
  fc.record({
    lots: fc.integer({ min: -5, max: 5 }),
    move: fc.double({ min: -0.004, max: 0.004, noNaN: true }),
    protect: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);

describe('the books of a backtest', () => {
  it('value the account at every bar as the ledger does, but for the rounding of the mark', () => {
    fc.assert(
      fc.property(steps, (plan) => {
        play(plan, ({ fast, exact }) => expect(fast).toBeCloseTo(exact, 3));
      }),
      { numRuns: 60 },
    );
  });

  it('conserve money through every fill of the exchange', () => {
    fc.assert(
      fc.property(steps, (plan) => {
        expect(conservation(play(plan, () => {}).account)).toBe(0n);
      }),
      { numRuns: 60 },
    );
  });

  it('list round trips whose profits are what the account realised after fees', () => {
    fc.assert(
      fc.property(steps, (plan) => {
        const { account, log } = play(plan, () => {});
        expect(log.isOpen()).toBe(account.positions.length > 0);
        if (account.positions.length > 0) return;
        const profit = log.trades.reduce((sum, trade) => sum + trade.profit, 0);
        expect(profit).toBeCloseTo(toNumber(account.realised) - toNumber(account.fees), 5);
      }),
      { numRuns: 100 },
    );
  });

  it('say how a trade ended and at which prices', () => {
    const calm = { lots: 0, move: 0, protect: false };
    const { log } = play(
      [{ lots: 2, move: 0, protect: true }, calm, { lots: 0, move: -0.01, protect: false }],
      () => {},
    );
    expect(log.trades).toHaveLength(1);
    expect(log.trades[0]).toMatchObject({ side: 'long', quantity: '2000', exit: 'stop' });
    expect(Number(log.trades[0]!.exitPrice)).toBeLessThan(1.1 * 0.999);
  });
});
