import { describe, expect, it } from 'vitest';
import { money, quantity } from '../domain/decimal.ts';
import { DAY, HOUR } from '../domain/time.ts';
import { conservation } from '../portfolio/account.ts';
import { aFill, aQuoted } from '../testing/builders.ts';
import { type TestDesk, testDesk } from '../testing/test-desk.ts';
import { absorbEvents } from './absorb.ts';
import { analyze } from './analyze.ts';
import { cancelOrder } from './cancel-order.ts';
import { closePosition } from './close-position.ts';
import type { OrderRequest } from './order-request.ts';
import { placeDecision } from './place-decision.ts';
import { placeOrder } from './place-order.ts';
import { previewOrder } from './preview-order.ts';
import { setLimits } from './set-limits.ts';
import { setTradingState } from './set-trading-state.ts';

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

  it('is judged with a price of what another order brought into the account meanwhile', async () => {
    const desk = await testDesk();
    let between = async () => {
      between = async () => {};
      await placeOrder(desk, apple());
    };
    const market: TestDesk['market'] = async (question) => {
      const read = await desk.market(question);
      const known = question.account.positions.length > 0;
      await between();
      const { AAPL, ...instruments } = read.market.instruments;
      return {
        ...read,
        market: { ...read.market, instruments: known ? { ...instruments, AAPL: AAPL! } : instruments },
      };
    };
    const euro: OrderRequest = { symbol: 'EURUSD', side: 'buy', quantity: '1000', stopLoss: '1.09', origin: 'user' };
    const placement = await placeOrder({ ...desk, market }, euro);
    expect(placement.verdict?.checks.filter((check) => !check.passed)).toEqual([]);
    expect(placement.outcome).toBe('placed');
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
