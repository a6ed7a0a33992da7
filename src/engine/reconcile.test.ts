import { describe, expect, it } from 'vitest';
import { money, quantity } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import { MINUTE } from '../domain/time.ts';
import { aFill, anOpenOrder } from '../testing/builders.ts';
import { testDesk } from '../testing/test-desk.ts';
import { absorbEvents } from './absorb.ts';
import { cancelOrder } from './cancel-order.ts';
import type { OrderRequest } from './order-request.ts';
import { placeOrder } from './place-order.ts';
import { reconcile } from './reconcile.ts';

const apple = (changes: Partial<OrderRequest> = {}): OrderRequest => ({
  symbol: 'AAPL',
  side: 'buy',
  quantity: '10',
  stopLoss: '195',
  takeProfit: '210',
  origin: 'user',
  ...changes,
});
const failedOf = (placement: Awaited<ReturnType<typeof placeOrder>>) =>
  placement.verdict!.checks.filter((check) => !check.passed).map((check) => check.code);

describe('an order whose fate is unknown', () => {
  it('counts as filled until the broker is asked', async () => {
    const desk = await testDesk();
    desk.broker.script('hold_silently');
    const first = await placeOrder(desk, apple({ quantity: '40' }));
    expect(first.orders).toMatchObject([{ status: 'unknown' }]);
    const second = await placeOrder(desk, apple({ quantity: '40' }));
    expect(failedOf(second)).toEqual(expect.arrayContaining(['position_notional', 'duplicate_order']));
  });

  it('is adopted with its fills when the broker held it', async () => {
    const desk = await testDesk();
    desk.broker.script('hold_silently');
    const { orders } = await placeOrder(desk, apple());
    await desk.broker.fillOrder(orders[0]!.clientOrderId, { silently: true });
    expect(await reconcile(desk)).toMatchObject({ lost: [], unresolved: [], adopted: expect.any(Array) });
    const account = await desk.account();
    expect(account.positions).toMatchObject([{ symbol: 'AAPL', quantity: quantity('10'), stopLoss: money('195') }]);
    expect(account.openOrders.map((order) => order.role).sort()).toEqual(['stop', 'target']);
    expect(await reconcile(desk)).toMatchObject({ absorbed: 0, adopted: [] });
  });

  it('is given up only after a while, is sent again by nobody, and comes back if it was still on its way', async () => {
    const desk = await testDesk();
    desk.broker.script('lose');
    const { orders } = await placeOrder(desk, apple({ clientOrderId: 'late' }));
    expect((await reconcile(desk)).unresolved).toMatchObject([{ clientOrderId: 'late' }]);
    await desk.clock.advance(MINUTE);
    expect((await reconcile(desk)).lost).toEqual(['late']);
    expect((await desk.account()).openOrders).toEqual([]);
    expect(desk.broker.submitted).toEqual(['late']);
    // The packet arrives after all.
    await desk.broker.submit({ ...(await desk.book.ledger()).order('late')!, status: 'pending' });
    expect((await desk.account()).positions).toMatchObject([{ quantity: quantity('10') }]);
    expect((await desk.book.ledger()).order(orders[0]!.clientOrderId)).toMatchObject({ status: 'filled' });
  });

  it('that was given up and comes back to rest is open again', async () => {
    const desk = await testDesk();
    desk.broker.script('lose', 'rest');
    await placeOrder(desk, apple({ clientOrderId: 'late' }));
    await desk.clock.advance(MINUTE);
    await reconcile(desk);
    const order = (await desk.book.ledger()).order('late')!;
    await desk.broker.submit({ ...order, status: 'pending', reason: undefined });
    await reconcile(desk);
    expect((await desk.account()).openOrders).toMatchObject([{ clientOrderId: 'late', status: 'accepted' }]);
    expect((await desk.book.ledger()).order('late')).toMatchObject({ status: 'accepted' });
  });

  it('a lost order may be wished for again, under the same id', async () => {
    const desk = await testDesk();
    desk.broker.script('lose');
    await placeOrder(desk, apple({ clientOrderId: 'again' }));
    await desk.clock.advance(MINUTE);
    await reconcile(desk);
    expect(await placeOrder(desk, apple({ clientOrderId: 'again' }))).toMatchObject({
      orders: [{ clientOrderId: 'again' }, {}, {}],
      fills: [{ quantity: '10' }],
    });
  });

  it('a broker that fails for one order does not keep the others from being resolved', async () => {
    const desk = await testDesk();
    desk.broker.script('hold_silently', 'hold_silently');
    await placeOrder(desk, apple({ clientOrderId: 'a', quantity: '5' }));
    await placeOrder(desk, {
      symbol: 'EURUSD',
      side: 'buy',
      quantity: '1000',
      stopLoss: '1.09',
      clientOrderId: 'b',
      origin: 'user',
    });
    const { order } = desk.broker;
    desk.broker.order = async (id) => {
      if (id === 'a') throw new AppError('timeout', 'No answer about a.');
      return order(id);
    };
    expect(await reconcile(desk)).toMatchObject({ unresolved: [{ clientOrderId: 'a', why: 'No answer about a.' }] });
    expect((await desk.book.ledger()).order('b')).toMatchObject({ status: 'accepted' });
  });

  it('a broker that is down leaves it unresolved', async () => {
    const desk = await testDesk();
    desk.broker.script('hold_silently');
    await placeOrder(desk, apple());
    desk.broker.down = true;
    await expect(reconcile(desk)).rejects.toMatchObject({ code: 'unavailable' });
    expect((await desk.account()).openOrders).toMatchObject([{ status: 'unknown' }]);
  });
});

describe('what happened while the desk was away', () => {
  it('a cancellation at the broker is learned', async () => {
    const desk = await testDesk();
    desk.broker.script('rest');
    const { orders } = await placeOrder(desk, apple());
    const id = orders[0]!.clientOrderId;
    desk.broker.orders.set(id, { ...desk.broker.orders.get(id)!, status: 'expired', reason: 'day over' });
    await reconcile(desk);
    expect((await desk.account()).openOrders).toEqual([]);
    expect((await desk.book.ledger()).order(id)).toMatchObject({ status: 'expired', reason: 'day over' });
  });

  it('a stop that was hit is learned, and its twin is let go', async () => {
    const desk = await testDesk();
    const { orders } = await placeOrder(desk, apple());
    const id = orders[0]!.clientOrderId;
    await desk.broker.fillOrder(`${id}-stop`, { silently: true });
    desk.broker.orders.set(`${id}-target`, { ...desk.broker.orders.get(`${id}-target`)!, status: 'cancelled' });
    expect((await reconcile(desk)).absorbed).toBe(2);
    expect(await desk.account()).toMatchObject({ positions: [], openOrders: [], recentTrades: [{ symbol: 'AAPL' }] });
  });

  it('a fill that came after the last word on its order still counts', async () => {
    const desk = await testDesk();
    desk.broker.script('rest');
    const { orders } = await placeOrder(desk, apple());
    const id = orders[0]!.clientOrderId;
    await cancelOrder(desk, id, 'user');
    await desk.broker.fillOrder(id, { quantity: quantity('2'), silently: true });
    await reconcile(desk);
    expect((await desk.account()).positions).toMatchObject([{ quantity: quantity('2') }]);
  });

  it('an order that the desk never sent is adopted, whole', async () => {
    const desk = await testDesk();
    await desk.broker.submit(
      anOpenOrder({ clientOrderId: 'by-hand', symbol: 'AAPL', quantity: '2', createdAt: desk.clock.now() }),
    );
    const other = await testDesk({ clock: desk.clock, broker: desk.broker });
    desk.broker.script('rest');
    await desk.broker.submit(
      anOpenOrder({ clientOrderId: 'by-hand-2', symbol: 'AAPL', quantity: '3', createdAt: desk.clock.now() }),
    );
    expect((await reconcile(other)).adopted).toContain('by-hand-2');
    expect((await other.account()).openOrders).toMatchObject([{ clientOrderId: 'by-hand-2', quantity: quantity('3') }]);
    expect((await other.account()).positions).toMatchObject([{ quantity: quantity('2') }]);
  });
});

describe('what the broker reports', () => {
  it('counts a duplicate fill once, in one batch or in two', async () => {
    const desk = await testDesk();
    desk.broker.script('rest');
    const { orders } = await placeOrder(desk, apple());
    const fill = aFill({ symbol: 'AAPL', clientOrderId: orders[0]!.clientOrderId, quantity: '4', price: '200' });
    await absorbEvents(desk, [
      { kind: 'fill', fill },
      { kind: 'fill', fill },
    ]);
    await desk.broker.emit({ kind: 'fill', fill });
    const account = await desk.account();
    expect(account.positions).toMatchObject([{ quantity: quantity('4') }]);
    expect(account.openOrders).toMatchObject([{ status: 'partially_filled', filledQuantity: quantity('4') }]);
  });

  it('writes nothing that it knows already, and ignores an order that it can make nothing of', async () => {
    const desk = await testDesk();
    const { orders } = await placeOrder(desk, apple());
    const before = (await desk.account()).sequence;
    const at = { eventTime: desk.clock.now() };
    await desk.broker.emit({ kind: 'order', clientOrderId: orders[0]!.clientOrderId, status: 'accepted', ...at });
    await desk.broker.emit({ kind: 'order', clientOrderId: 'stranger', status: 'accepted', ...at });
    expect((await desk.account()).sequence).toBe(before);
  });
});
