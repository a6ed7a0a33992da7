import { describe, expect, it } from 'vitest';
import { money, quantity } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import { DAY, HOUR, MINUTE } from '../domain/time.ts';
import { conservation } from '../portfolio/account.ts';
import { aFill, anOpenOrder, aQuoted } from '../testing/builders.ts';
import { type TestDesk, testDesk } from '../testing/test-desk.ts';
import { absorbEvents } from './absorb.ts';
import { analyze } from './analyze.ts';
import { cancelOrder } from './cancel-order.ts';
import { closePosition } from './close-position.ts';
import type { OrderRequest } from './order-request.ts';
import { placeDecision } from './place-decision.ts';
import { placeOrder } from './place-order.ts';
import { previewOrder } from './preview-order.ts';
import { reconcile } from './reconcile.ts';
import { setLimits } from './set-limits.ts';
import { emergencyStop, setTradingState } from './set-trading-state.ts';
import { watch } from './watch.ts';

const apple = (changes: Partial<OrderRequest> = {}): OrderRequest => ({
  symbol: 'AAPL',
  side: 'buy',
  quantity: '10',
  stopLoss: '195',
  takeProfit: '210',
  origin: 'user',
  ...changes,
});
const kinds = async (desk: TestDesk) => {
  const found: string[] = [];
  for await (const record of desk.journal.read('main')) found.push(record.kind);
  return found;
};
const failedOf = (placement: Awaited<ReturnType<typeof placeOrder>>) =>
  placement.verdict!.checks.filter((check) => !check.passed).map((check) => check.code);

describe('placing an order', () => {
  it('writes the intent before it sends, and answers with the fill', async () => {
    const desk = await testDesk();
    const placement = await placeOrder(desk, apple());
    expect(placement).toMatchObject({
      outcome: 'placed',
      verdict: { outcome: 'approved' },
      fills: [{ quantity: '10' }],
    });
    expect((await kinds(desk)).indexOf('intent')).toBeLessThan((await kinds(desk)).indexOf('fill'));
    const account = await desk.account();
    expect(account.positions).toMatchObject([{ symbol: 'AAPL', stopLoss: 195_000_000_000n }]);
    expect(account.openOrders.map((order) => order.role).sort()).toEqual(['stop', 'target']);
    expect(conservation(account)).toBe(0n);
    expect(desk.messages.map((each) => each.topic)).toEqual(expect.arrayContaining(['order', 'fill', 'account']));
  });

  it('the same client order id twice is one order; for another wish it is a conflict', async () => {
    const desk = await testDesk();
    const twice = await Promise.all([
      placeOrder(desk, apple({ clientOrderId: 'mine' })),
      placeOrder(desk, apple({ clientOrderId: 'mine' })),
    ]);
    expect(twice.map((each) => each.outcome)).toEqual(['placed', 'placed']);
    expect(desk.broker.submitted).toEqual(['mine']);
    await expect(placeOrder(desk, apple({ clientOrderId: 'mine', side: 'sell' }))).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it.each([{ quantity: '11' }, { limitPrice: '199' }, { stopLoss: '190' }, { takeProfit: undefined }])(
    'the same id with %o in place of what was sent is a conflict, not a repetition',
    async (changed) => {
      const desk = await testDesk();
      await placeOrder(desk, apple({ clientOrderId: 'mine' }));
      await expect(placeOrder(desk, apple({ clientOrderId: 'mine', ...changed }))).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('a market order to buy 10 AAPL'),
      });
    },
  );

  it('the same money at another price is the same order', async () => {
    const desk = await testDesk();
    const spend = apple({ quantity: undefined, notional: '2000', clientOrderId: 'mine' });
    const first = await placeOrder(desk, spend);
    desk.quotes.set('AAPL', aQuoted('AAPL', { mid: 204 }));
    expect((await placeOrder(desk, spend)).orders[0]).toEqual(first.orders[0]);
  });

  it.each(['mine-stop', 'mine-target'])('%s is a name that only a protective leg may have', async (clientOrderId) => {
    const desk = await testDesk();
    await expect(placeOrder(desk, apple({ clientOrderId }))).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(previewOrder(desk, apple({ clientOrderId }))).rejects.toMatchObject({ code: 'invalid_input' });
    expect(desk.broker.submitted).toEqual([]);
  });

  it('a preview or a dry run judges and changes nothing', async () => {
    const desk = await testDesk();
    const before = (await desk.account()).sequence;
    const preview = await previewOrder(desk, apple());
    expect(preview).toMatchObject({
      verdict: { outcome: 'approved' },
      intent: { quantity: '10' },
      quote: { source: 'test' },
    });
    expect(await placeOrder(desk, apple({ dryRun: true }))).toMatchObject({ outcome: 'previewed', orders: [] });
    expect((await desk.account()).sequence).toBe(before);
    expect(desk.broker.submitted).toEqual([]);
  });

  it('refuses an order without a stop or of zero, says what would pass, and keeps the refusal', async () => {
    const desk = await testDesk();
    const bare = await placeOrder(desk, apple({ stopLoss: undefined, takeProfit: undefined }));
    expect(bare).toMatchObject({
      outcome: 'rejected',
      verdict: { passesIf: expect.stringContaining('stopLoss is below 200') },
    });
    const nothing = await placeOrder(desk, apple({ quantity: '0' }));
    expect(nothing.verdict!.passesIf).toContain('quantity is at least');
    expect(desk.broker.submitted).toEqual([]);
    expect((await kinds(desk)).filter((kind) => kind === 'audit')).toHaveLength(2);
  });

  it('reads types, notional and prices, and refuses what it cannot read', async () => {
    const desk = await testDesk();
    const of = async (changes: Partial<OrderRequest>) => (await previewOrder(desk, apple(changes))).intent;
    expect(await of({ limitPrice: '199' })).toMatchObject({ type: 'limit', limitPrice: '199', referencePrice: '199' });
    expect(await of({ stopPrice: '201' })).toMatchObject({ type: 'stop', stopPrice: '201' });
    expect(await of({ stopPrice: '201', limitPrice: '202' })).toMatchObject({ type: 'stop_limit' });
    expect(await of({ quantity: undefined, notional: '1000', limitPrice: '200' })).toMatchObject({ quantity: '5' });
    expect(await of({ takeProfit: undefined })).toMatchObject({ orderClass: 'oto' });
    for (const bad of [
      { quantity: 'ten' },
      { quantity: undefined },
      { notional: '5' },
      { type: 'limit' as const },
      { type: 'market' as const, limitPrice: '1' },
    ]) {
      await expect(previewOrder(desk, apple(bad))).rejects.toMatchObject({ code: 'invalid_input' });
    }
  });

  it("a broker's refusal is a rejected order, not a position", async () => {
    const desk = await testDesk();
    desk.broker.script('reject');
    const placement = await placeOrder(desk, apple());
    expect(placement).toMatchObject({
      outcome: 'rejected',
      verdict: { outcome: 'approved' },
      orders: [{ status: 'rejected', reason: expect.stringContaining('does not like') }],
    });
    expect((await desk.account()).openOrders).toEqual([]);
    const { clientOrderId } = placement.orders[0]!;
    expect(await placeOrder(desk, apple({ clientOrderId }))).toMatchObject({ outcome: 'rejected' });
  });

  it("a broker's refusal of a decision stays a refusal when it is asked for again", async () => {
    const desk = await testDesk();
    const { decisionId } = await analyze(desk, { symbol: 'AAPL', origin: 'user' });
    desk.broker.script('reject');
    expect(await placeDecision(desk, decisionId, 'user')).toMatchObject({ outcome: 'rejected' });
    expect(await placeDecision(desk, decisionId, 'user')).toMatchObject({ outcome: 'rejected', verdict: null });
  });

  it('a day that lost too much ends at midnight, also for a desk that only chats', async () => {
    const desk = await testDesk();
    await absorbEvents(desk, [
      { kind: 'fill', fill: aFill({ symbol: 'AAPL', quantity: '100', price: '200' }) },
      { kind: 'fill', fill: aFill({ symbol: 'AAPL', quantity: '100', price: '140', side: 'sell' }) },
    ]);
    expect(failedOf(await placeOrder(desk, apple()))).toEqual(['daily_loss']);
    await desk.clock.advance(DAY);
    expect((await previewOrder(desk, apple())).verdict.outcome).toBe('approved');
    expect((await placeOrder(desk, apple())).outcome).toBe('placed');
  });

  it('a refusal, too, begins the day', async () => {
    const desk = await testDesk();
    await desk.clock.advance(DAY);
    expect((await placeOrder(desk, apple({ quantity: '0' }))).outcome).toBe('rejected');
    expect(await desk.account()).toMatchObject({ day: '2025-06-19' });
  });

  it('fifty orders at once never exceed the position limit together', async () => {
    const desk = await testDesk();
    const placed = await Promise.all(
      Array.from({ length: 50 }, (_, i) => placeOrder(desk, apple({ quantity: '12', clientOrderId: `n${i}` }))),
    );
    expect(placed.filter((each) => each.outcome === 'placed').length).toBeGreaterThan(0);
    const held = (await desk.account()).positions[0]!;
    expect(held.quantity).toBeLessThanOrEqual(quantity('50'));
  });
});

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

describe('cancelling and closing', () => {
  it('cancels what rests, keeps what was filled, and twice is no error', async () => {
    const desk = await testDesk();
    desk.broker.script('rest');
    const { orders } = await placeOrder(desk, apple());
    const id = orders[0]!.clientOrderId;
    await desk.broker.fillOrder(id, { quantity: quantity('3') });
    await cancelOrder(desk, id, 'user');
    await cancelOrder(desk, id, 'user');
    expect((await desk.account()).positions).toMatchObject([{ quantity: quantity('3') }]);
    expect((await desk.book.ledger()).order(id)).toMatchObject({ status: 'cancelled' });
    await expect(cancelOrder(desk, 'nobody', 'user')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('cancelling what the broker never saw gives it up', async () => {
    const desk = await testDesk();
    desk.broker.script('lose');
    const { orders } = await placeOrder(desk, apple());
    await cancelOrder(desk, orders[0]!.clientOrderId, 'user');
    expect((await desk.account()).openOrders).toEqual([]);
  });

  it('closes the position, and its legs go first', async () => {
    const desk = await testDesk();
    await placeOrder(desk, apple());
    expect(await closePosition(desk, { symbol: 'AAPL', origin: 'user' })).toMatchObject({
      outcome: 'placed',
      fills: [{ side: 'sell', quantity: '10' }],
    });
    const account = await desk.account();
    expect([account.positions, account.openOrders]).toEqual([[], []]);
    expect(account.recentTrades).toHaveLength(1);
    await expect(closePosition(desk, { symbol: 'AAPL', origin: 'user' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('closes at once what a resting exit waits to sell dearer, and the resting one goes', async () => {
    const desk = await testDesk();
    await placeOrder(desk, apple());
    desk.broker.script('rest');
    const dearer = { limitPrice: '208', stopLoss: undefined, takeProfit: undefined, clientOrderId: 'dearer' };
    await placeOrder(desk, apple({ side: 'sell', ...dearer }));
    desk.quotes.set('AAPL', aQuoted('AAPL', { sessionOpen: false }));
    expect(await closePosition(desk, { symbol: 'AAPL', origin: 'user' })).toMatchObject({ outcome: 'rejected' });
    expect((await desk.account()).openOrders.map((order) => order.clientOrderId)).toContain('dearer');
    desk.quotes.set('AAPL', aQuoted('AAPL'));
    expect(await closePosition(desk, { symbol: 'AAPL', origin: 'user' })).toMatchObject({ outcome: 'placed' });
    expect(await desk.account()).toMatchObject({ positions: [], openOrders: [] });
    expect((await desk.book.ledger()).order('dearer')).toMatchObject({ status: 'cancelled', filledQuantity: 0n });
  });

  it('a second exit does not overtake one that is on its way', async () => {
    const desk = await testDesk();
    await placeOrder(desk, apple());
    desk.broker.script('hold_silently');
    await closePosition(desk, { symbol: 'AAPL', origin: 'user' });
    const again = await closePosition(desk, { symbol: 'AAPL', origin: 'user' });
    expect(failedOf(again)).toEqual(expect.arrayContaining(['duplicate_order']));
  });

  it('a decision to give up a position is not held up by a resting exit', async () => {
    const desk = await testDesk();
    await placeOrder(desk, apple());
    desk.broker.script('rest');
    await placeOrder(desk, apple({ side: 'sell', limitPrice: '208', stopLoss: undefined, takeProfit: undefined }));
    desk.leans.set('AAPL', -0.6);
    const { decisionId } = await analyze(desk, { symbol: 'AAPL', origin: 'user' });
    expect(await placeDecision(desk, decisionId, 'user')).toMatchObject({ outcome: 'placed' });
    expect(await desk.account()).toMatchObject({ positions: [], openOrders: [] });
  });

  it('an exit that risk refuses leaves the stop where it is', async () => {
    const desk = await testDesk();
    await placeOrder(desk, apple());
    desk.quotes.set('AAPL', aQuoted('AAPL', { sessionOpen: false }));
    expect(await closePosition(desk, { symbol: 'AAPL', origin: 'user' })).toMatchObject({ outcome: 'rejected' });
    expect((await desk.account()).openOrders).toHaveLength(2);
  });
});

describe('placing a decision', () => {
  it('sends what it proposed, once, however often it is placed', async () => {
    const desk = await testDesk();
    const { decisionId, risk } = await analyze(desk, { symbol: 'AAPL', origin: 'user' });
    const first = await placeDecision(desk, decisionId, 'user');
    expect(first.orders[0]).toMatchObject({ quantity: risk.order!.quantity, decisionId });
    expect(await placeDecision(desk, decisionId, 'mcp')).toMatchObject({ outcome: 'placed', verdict: null });
    expect(desk.broker.submitted).toHaveLength(1);
    expect((await desk.book.ledger()).ordersOfDecision(decisionId).length).toBeGreaterThan(0);
  });

  it('judges again: what was approved may be refused now', async () => {
    const desk = await testDesk();
    const { decisionId } = await analyze(desk, { symbol: 'AAPL', origin: 'user' });
    await setTradingState(desk, { state: 'halted', reason: 'storm', by: 'owner' });
    const refused = await placeDecision(desk, decisionId, 'user');
    expect(failedOf(refused)).toEqual(['trading_state']);
  });

  it('refuses a decision that is too old, unknown, or proposes nothing', async () => {
    const desk = await testDesk();
    desk.leans.set('EURUSD', 0);
    const { decisionId } = await analyze(desk, { symbol: 'AAPL', origin: 'user' });
    const nothing = await analyze(desk, { symbol: 'EURUSD', origin: 'user' });
    await expect(placeDecision(desk, nothing.decisionId, 'user')).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(placeDecision(desk, 'dec_nope', 'user')).rejects.toMatchObject({ code: 'not_found' });
    await desk.clock.advance(2 * HOUR + 1);
    await expect(placeDecision(desk, decisionId, 'user')).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('the trading state', () => {
  it('lasts, is tightened by anyone and loosened only by a person', async () => {
    const desk = await testDesk();
    await setTradingState(desk, { state: 'halted', reason: 'test', by: 'agent', origin: 'mcp' });
    await expect(
      setTradingState(desk, { state: 'active', reason: 'now', by: 'agent', origin: 'mcp' }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    expect(failedOf(await placeOrder(desk, apple()))).toEqual(['trading_state']);
    await setTradingState(desk, { state: 'active', reason: 'all clear', by: 'owner' });
    expect((await placeOrder(desk, apple())).outcome).toBe('placed');
  });

  const resting = { limitPrice: '199', clientOrderId: 'resting' };

  it.each(['halted', 'reducing'] as const)(
    '%s leaves no entry at the broker, and keeps what protects',
    async (state) => {
      const desk = await testDesk();
      await placeOrder(desk, apple());
      desk.broker.script('rest', 'rest');
      await placeOrder(desk, apple(resting));
      const exit = { side: 'sell' as const, limitPrice: '208', stopLoss: undefined, takeProfit: undefined };
      await placeOrder(desk, apple({ ...exit, clientOrderId: 'exit' }));
      const report = await setTradingState(desk, { state, reason: 'storm', by: 'owner' });
      expect(report).toEqual({ cancelled: ['resting'], failed: [] });
      expect((await desk.broker.openOrders()).map((order) => order.clientOrderId)).not.toContain('resting');
      const left = (await desk.account()).openOrders;
      expect(left.map(({ role, reduceOnly }) => ({ role, reduceOnly }))).toEqual(
        expect.arrayContaining([
          { role: 'stop', reduceOnly: true },
          { role: 'target', reduceOnly: true },
          { role: 'entry', reduceOnly: true },
        ]),
      );
    },
  );

  it('holds where a cancellation fails, says so, and the watch tries again', async () => {
    const desk = await testDesk();
    desk.broker.script('rest');
    await placeOrder(desk, apple(resting));
    desk.broker.down = true;
    const report = await setTradingState(desk, { state: 'halted', reason: 'storm', by: 'agent', origin: 'mcp' });
    expect(report).toMatchObject({ cancelled: [], failed: [{ what: 'resting' }] });
    expect(await desk.account()).toMatchObject({ tradingState: 'halted', openOrders: [{ clientOrderId: 'resting' }] });
    desk.broker.down = false;
    expect((await watch(desk)).cancelled).toEqual(['resting']);
    expect((await desk.account()).openOrders).toEqual([]);
  });

  it('a program may not flatten a halted desk, since that lets orders leave again', async () => {
    const desk = await testDesk();
    await placeOrder(desk, apple());
    await setTradingState(desk, { state: 'halted', reason: 'storm', by: 'owner' });
    const flatten = { reason: 'no', by: 'agent', origin: 'mcp', flatten: true };
    await expect(emergencyStop(desk, flatten)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await emergencyStop(desk, { ...flatten, origin: 'user' })).closed).toEqual(['AAPL']);
    expect(await desk.account()).toMatchObject({ positions: [], tradingState: 'halted' });
  });

  it('an emergency stop cancels entries, keeps the stops of positions, and halts', async () => {
    const desk = await testDesk();
    await placeOrder(desk, apple());
    desk.broker.script('rest');
    await placeOrder(desk, {
      symbol: 'EURUSD',
      side: 'buy',
      quantity: '1000',
      stopLoss: '1.09',
      limitPrice: '1.095',
      origin: 'user',
    });
    const report = await emergencyStop(desk, { reason: 'red button', by: 'owner' });
    expect(report).toMatchObject({ cancelled: [expect.any(String)], closed: [], failed: [] });
    const account = await desk.account();
    expect(account.tradingState).toBe('halted');
    expect(account.openOrders.map((order) => order.role).sort()).toEqual(['stop', 'target']);
  });

  it('with flatten nothing is left', async () => {
    const desk = await testDesk();
    await placeOrder(desk, apple());
    expect(await emergencyStop(desk, { reason: 'red button', by: 'owner', flatten: true })).toMatchObject({
      closed: ['AAPL'],
      failed: [],
    });
    expect(await desk.account()).toMatchObject({ positions: [], openOrders: [], tradingState: 'halted' });
  });

  it('says what an emergency stop could not do, and halts all the same', async () => {
    const desk = await testDesk();
    await placeOrder(desk, apple());
    desk.quotes.set('AAPL', aQuoted('AAPL', { sessionOpen: false }));
    const report = await emergencyStop(desk, { reason: 'red button', by: 'owner', flatten: true });
    expect(report.failed).toMatchObject([{ what: 'AAPL' }]);
    expect((await desk.account()).tradingState).toBe('halted');
  });
});

describe('limits', () => {
  it('are journalled with what they were, and names that mean nothing are refused', async () => {
    const desk = await testDesk();
    await setLimits(desk, { profile: 'conservative', overrides: { maxPositions: 2 }, by: 'owner' });
    expect((await desk.book.ledger()).limits()).toMatchObject({
      profile: 'conservative',
      overrides: { maxPositions: 2 },
    });
    expect((await kinds(desk)).slice(-2)).toEqual(['limits', 'audit']);
    const live = await testDesk();
    const opening = { currency: 'USD', cash: money('100'), mode: 'live' as const, broker: 'alpaca' };
    await live.book.open('real', opening);
    const change = { profile: 'aggressive', overrides: {}, by: 'owner' };
    await expect(setLimits({ book: live.book, accountId: 'real' }, change)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(live.book.read('nobody')).rejects.toMatchObject({ code: 'not_found' });
    await expect(setLimits(desk, { profile: 'brave', overrides: {}, by: 'owner' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

describe('watch', () => {
  const bare = async (level: number) => {
    const desk = await testDesk();
    await placeOrder(desk, apple());
    for (const { clientOrderId, role } of (await desk.account()).openOrders)
      if (role !== 'entry') await cancelOrder(desk, clientOrderId, 'user');
    desk.quotes.set('AAPL', aQuoted('AAPL', { bid: level, ask: level }));
    return desk;
  };

  it('closes at the stop, or the target, that no broker holds, once', async () => {
    for (const level of [195, 210]) {
      const desk = await bare(level);
      expect((await watch(desk)).closed).toMatchObject([{ symbol: 'AAPL' }]);
      expect((await desk.account()).positions).toEqual([]);
      expect((await watch(desk)).closed).toEqual([]);
    }
    const calm = await bare(200);
    expect((await watch(calm)).closed).toEqual([]);
  });

  it('stops a falling position although an exit rests above it', async () => {
    const desk = await bare(200);
    desk.broker.script('rest');
    await placeOrder(desk, apple({ side: 'sell', limitPrice: '208', stopLoss: undefined, takeProfit: undefined }));
    desk.quotes.set('AAPL', aQuoted('AAPL', { bid: 190, ask: 190 }));
    expect((await watch(desk)).closed).toMatchObject([{ symbol: 'AAPL' }]);
    expect(await desk.account()).toMatchObject({ positions: [], openOrders: [] });
  });

  it('leaves to the broker what the broker holds', async () => {
    const desk = await testDesk();
    await placeOrder(desk, apple());
    desk.quotes.set('AAPL', aQuoted('AAPL', { bid: 190, ask: 190 }));
    expect((await watch(desk)).closed).toEqual([]);
  });

  it('ends day orders after their session, marks the day, and has nothing to do on an empty account', async () => {
    const desk = await testDesk();
    expect(await watch(desk)).toEqual({ closed: [], expired: [], cancelled: [], bare: [], failed: [] });
    desk.broker.script('rest');
    await placeOrder(desk, apple({ limitPrice: '199', timeInForce: 'day' }));
    desk.quotes.set('AAPL', aQuoted('AAPL', { sessionOpen: false }));
    await desk.clock.advance(DAY);
    expect((await watch(desk)).expired).toHaveLength(1);
    expect(await desk.account()).toMatchObject({ openOrders: [], day: '2025-06-19' });
  });

  it('sees the others when the feed of one is lost, or stands still', async () => {
    for (const lost of ['gone', 'still'] as const) {
      const desk = await bare(200);
      const euro = { symbol: 'EURUSD', side: 'buy' as const, quantity: '1000', origin: 'user' };
      await placeOrder(desk, { ...euro, stopLoss: '1.09' });
      const leg = (await desk.account()).openOrders.find((order) => order.role === 'stop')!;
      await cancelOrder(desk, leg.clientOrderId, 'user');
      const before = new Map(desk.quotes);
      desk.quotes.set('EURUSD', aQuoted('EURUSD', { bid: 1.08, ask: 1.08 }));
      const { market } = desk;
      desk.market = async (question) => {
        if (question.symbol !== 'AAPL') return market(question);
        if (lost === 'gone') throw new AppError('unavailable', 'No source answers.');
        // As of its last bar, and so is all that is read beside it.
        const now = new Map(desk.quotes);
        for (const [symbol, quoted] of before) desk.quotes.set(symbol, quoted);
        desk.settings.stale = true;
        const old = await market(question);
        desk.settings.stale = false;
        for (const [symbol, quoted] of now) desk.quotes.set(symbol, quoted);
        return old;
      };
      const report = await watch(desk);
      expect(report.closed, lost).toMatchObject([{ symbol: 'EURUSD' }]);
      expect(report.failed, lost).toMatchObject(lost === 'gone' ? [{ what: 'AAPL', why: 'No source answers.' }] : []);
    }
  });

  it('begins the day of an account that holds nothing', async () => {
    const desk = await testDesk();
    await desk.clock.advance(DAY);
    await watch(desk);
    expect(await desk.account()).toMatchObject({ day: '2025-06-19' });
  });

  it('finds out about a stop that was hit while nobody listened', async () => {
    const desk = await testDesk();
    const { orders } = await placeOrder(desk, apple());
    const id = orders[0]!.clientOrderId;
    await desk.broker.fillOrder(`${id}-stop`, { silently: true });
    desk.broker.orders.set(`${id}-target`, { ...desk.broker.orders.get(`${id}-target`)!, status: 'cancelled' });
    await watch(desk);
    expect(await desk.account()).toMatchObject({ positions: [], openOrders: [] });
  });

  it('asks the broker for orders whose fate is open', async () => {
    const desk = await testDesk();
    desk.broker.script('hold_silently');
    const { orders } = await placeOrder(desk, apple());
    await desk.broker.fillOrder(orders[0]!.clientOrderId, { silently: true });
    await watch(desk);
    expect((await desk.account()).positions).toHaveLength(1);
    desk.broker.script('hold_silently');
    await placeOrder(desk, { symbol: 'EURUSD', side: 'buy', quantity: '1000', stopLoss: '1.09', origin: 'user' });
    desk.broker.down = true;
    expect((await watch(desk)).failed).toMatchObject([{ what: 'reconciliation' }]);
  });

  it('names a position that has no stop at all', async () => {
    const desk = await testDesk();
    await absorbEvents(desk, [{ kind: 'fill', fill: aFill({ symbol: 'AAPL', quantity: '1', price: '200' }) }]);
    expect((await watch(desk)).bare).toEqual(['AAPL']);
  });
});
