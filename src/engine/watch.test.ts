import { describe, expect, it } from 'vitest';
import { AppError } from '../domain/errors.ts';
import { DAY } from '../domain/time.ts';
import { aFill, aQuoted } from '../testing/builders.ts';
import { testDesk } from '../testing/test-desk.ts';
import { absorbEvents } from './absorb.ts';
import { cancelOrder } from './cancel-order.ts';
import type { OrderRequest } from './order-request.ts';
import { placeOrder } from './place-order.ts';
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
