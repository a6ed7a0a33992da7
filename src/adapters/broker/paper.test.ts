import { describe, expect, it } from 'vitest';
import { defaultCosts } from '../../backtest/costs.ts';
import { createExchange } from '../../backtest/exchange.ts';
import { requireInstrument } from '../../domain/instruments.ts';
import type { Quote } from '../../domain/quote.ts';
import type { BrokerEvent } from '../../ports/broker.ts';
import { describeBroker } from '../../testing/broker-contract.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import { memoryDisk } from '../../testing/memory-disk.ts';
import { anOrder, orderTime } from '../../testing/orders.ts';
import { type PaperBrokerOptions, paperBroker } from './paper.ts';

function desk(options: { quotes?: boolean; unfit?: PaperBrokerOptions['unfit'] } = {}) {
  const clock = fakeClock();
  const disk = memoryDisk();
  const failures: unknown[] = [];
  let quote: Quote = {
    symbol: 'EURUSD',
    bid: 1.1,
    ask: 1.1001,
    eventTime: clock.now(),
    receiveTime: clock.now(),
    source: 'test',
  };
  let silent = false;
  const open = () =>
    paperBroker({
      clock,
      account: 'main',
      disk,
      exchange: (given) => createExchange({ ...given, instrument: requireInstrument, costs: defaultCosts }),
      rate: async () => 1,
      unfit: options.unfit,
      onListenerFailure: (failure) => failures.push(failure),
      ...(options.quotes === false
        ? {}
        : {
            quotes: async () => {
              if (silent) throw new Error('no feed');
              return quote;
            },
          }),
    });
  const bench = {
    clock,
    disk,
    failures,
    broker: open(),
    async market(bid: number, ask: number) {
      await clock.advance(1_000);
      quote = { ...quote, bid, ask, eventTime: clock.now(), receiveTime: clock.now() };
      await bench.broker.onQuote(quote);
      await bench.broker.settled();
    },
    async restart() {
      await bench.broker.settled();
      bench.broker = open();
    },
    close: () => bench.broker.close(),
    settled: () => bench.broker.settled(),
    silence: () => {
      silent = true;
    },
  };
  return bench;
}

describeBroker('the paper broker', async () => desk());

describe('the paper broker', () => {
  it('lets no stop meet a quote that nobody could trade at, and says so to a market order', async () => {
    let flaw: Awaited<ReturnType<NonNullable<PaperBrokerOptions['unfit']>>> = { why: 'EURUSD is closed.' };
    const { broker, market } = desk({ unfit: async () => flaw });
    await broker.submit(anOrder({ clientOrderId: 'stop', side: 'sell', type: 'stop', stopPrice: 1.09 }));
    const sell = anOrder({ clientOrderId: 'out', side: 'sell' });
    await expect(broker.submit(sell)).rejects.toMatchObject({
      code: 'broker_rejected',
      message: expect.stringContaining('EURUSD is closed.'),
    });
    await market(1.08, 1.0801);
    expect(await broker.order('stop')).toMatchObject({ status: 'accepted' });
    // A wide market is one for whoever insists, not for a stop.
    flaw = { why: 'The spread is 300 usual ones.', wide: true };
    await market(1.095, 1.125);
    await broker.submit(sell);
    expect(await broker.order('out')).toMatchObject({ status: 'filled' });
    await market(1.07, 1.09);
    expect(await broker.order('stop')).toMatchObject({ status: 'accepted' });
    flaw = undefined;
    await market(1.08, 1.0801);
    expect(await broker.order('stop')).toMatchObject({ status: 'filled' });
  });

  it('refuses a market order that was judged on simulated prices once real ones have come', async () => {
    const { broker } = desk();
    await expect(broker.submit(anOrder({ simulated: true }))).rejects.toMatchObject({
      code: 'broker_rejected',
      message: expect.stringContaining('judged on simulated prices; now there are real ones'),
    });
  });

  it('refuses a market order when nobody quotes a price, but keeps a limit order', async () => {
    const { broker, silence } = desk();
    silence();
    await expect(broker.submit(anOrder())).rejects.toMatchObject({ code: 'broker_rejected' });
    const patient = anOrder({ type: 'limit', limitPrice: 1.05 });
    await broker.submit(patient);
    expect(await broker.openOrders()).toHaveLength(1);
  });

  it('refuses an order of another account', async () => {
    await expect(desk().broker.submit(anOrder({ account: 'other' }))).rejects.toMatchObject({
      code: 'broker_rejected',
    });
  });

  it('without quotes fills a market order at the open of the next bar', async () => {
    const { broker } = desk({ quotes: false });
    await broker.submit(anOrder());
    expect(await broker.fillsSince(0)).toEqual([]);
    const hour = 3_600_000;
    const bar = { openTime: orderTime, closeTime: orderTime + hour, open: 1.2, high: 1.21, low: 1.19, close: 1.2 };
    await broker.onBar('EURUSD', { ...bar, volume: 0 });
    const [fill] = await broker.fillsSince(0);
    expect(fill).toMatchObject({ eventTime: orderTime });
    expect(fill!.price).toBeGreaterThan(1_200_000_000n);
  });

  it('answers broker_unknown when it could not write the order down, and knows the order afterwards', async () => {
    const { broker, disk } = desk();
    disk.failNextWrite();
    const order = anOrder();
    const events: BrokerEvent[] = [];
    broker.onEvent((event) => void events.push(event));
    await expect(broker.submit(order)).rejects.toMatchObject({ code: 'broker_unknown' });
    expect(events).toEqual([]);
    expect((await broker.order(order.clientOrderId))?.status).toBe('filled');
    await broker.submit(anOrder());
    await broker.settled();
    expect(events.filter((event) => event.kind === 'fill')).toHaveLength(2);
  });

  it('tells the other listeners when one fails, and lets a listener call the broker', async () => {
    const { broker, failures } = desk();
    const heard: string[] = [];
    const exit = anOrder({ side: 'sell', reduceOnly: true });
    broker.onEvent(() => {
      throw new Error('deaf');
    });
    broker.onEvent(async (event) => {
      heard.push(event.kind);
      if (event.kind === 'fill' && event.fill.side === 'buy') await broker.submit(exit);
    });
    await broker.submit(anOrder());
    await broker.settled();
    expect(failures.length).toBe(heard.length);
    expect((await broker.order(exit.clientOrderId))?.status).toBe('filled');
  });

  it('remembers over a restart how far a trailing stop has come', async () => {
    const bench = desk();
    await bench.broker.submit(anOrder());
    const stop = anOrder({ side: 'sell', type: 'trailing_stop', trailBy: 0.01, reduceOnly: true });
    await bench.broker.submit(stop);
    await bench.market(1.13, 1.1301);
    await bench.restart();
    await bench.market(1.125, 1.1251);
    expect((await bench.broker.order(stop.clientOrderId))?.status).toBe('accepted');
    await bench.market(1.1199, 1.12);
    expect((await bench.broker.order(stop.clientOrderId))?.status).toBe('filled');
  });

  it('says that its state is corrupt rather than starting empty', async () => {
    const bench = desk();
    await bench.broker.submit(anOrder());
    bench.disk.files.set('paper/main/state.json', new TextEncoder().encode('{"version":1'));
    await bench.restart();
    await expect(bench.broker.openOrders()).rejects.toMatchObject({ code: 'corrupt' });
    bench.disk.files.set('paper/main/state.json', new TextEncoder().encode('{"version":99}'));
    await expect(bench.broker.openOrders()).rejects.toMatchObject({ code: 'schema_outdated' });
  });

  it('archives old orders and still knows their ids and fills', async () => {
    const bench = desk();
    const first = anOrder();
    await bench.broker.submit(first);
    for (let i = 0; i < 450; i++) await bench.broker.submit(anOrder({ side: i % 2 === 0 ? 'sell' : 'buy' }));
    await bench.restart();
    expect(bench.disk.files.has('paper/main/archive-000001.json')).toBe(true);
    expect((await bench.broker.order(first.clientOrderId))?.status).toBe('filled');
    await bench.broker.submit(first);
    await bench.broker.cancel(first.clientOrderId);
    const ids = (await bench.broker.fillsSince(0)).map((fill) => fill.id);
    expect(ids).toHaveLength(451);
    expect(new Set(ids).size).toBe(451);
  });

  it('answers no more once it is closed', async () => {
    const { broker } = desk();
    await broker.close();
    await expect(broker.submit(anOrder())).rejects.toMatchObject({ code: 'unavailable' });
  });
});
