import { describe, expect, it } from 'vitest';
import { defaultCosts } from '../../backtest/costs.ts';
import { createExchange } from '../../backtest/exchange.ts';
import { requireInstrument } from '../../domain/instruments.ts';
import type { Quote } from '../../domain/quote.ts';
import type { BrokerEvent } from '../../ports/broker.ts';
import { describeBroker } from '../../testing/broker-contract.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import { memorySharedDisk } from '../../testing/memory-shared-disk.ts';
import { anOrder } from '../../testing/orders.ts';
import { paperBroker } from './paper.ts';
import { sharedBroker } from './shared.ts';

function exchangeOfTests() {
  const clock = fakeClock();
  const disk = memorySharedDisk();
  const failures: unknown[] = [];
  const now = () => ({ eventTime: clock.now(), receiveTime: clock.now() });
  let quote: Quote = { symbol: 'EURUSD', bid: 1.1, ask: 1.1001, source: 'test', ...now() };
  let opened = 0;
  const open = () =>
    sharedBroker({
      disk,
      onListenerFailure: (failure) => failures.push(failure),
      open: (files) => {
        opened += 1;
        return paperBroker({
          clock,
          account: 'main',
          disk: files,
          exchange: (given) => createExchange({ ...given, instrument: requireInstrument, costs: defaultCosts }),
          rate: async () => 1,
          quotes: async () => quote,
          onListenerFailure: (failure) => failures.push(failure),
        });
      },
    });
  return {
    disk,
    failures,
    open,
    opened: () => opened,
    async market(bid: number, ask: number, brokers: ReturnType<typeof open>[]) {
      await clock.advance(1_000);
      quote = { ...quote, bid, ask, ...now() };
      for (const broker of brokers) await broker.onQuote(quote);
      for (const broker of brokers) await broker.settled();
    },
  };
}

describeBroker('The shared paper broker', async () => {
  const exchange = exchangeOfTests();
  const bench = {
    broker: exchange.open(),
    market: (bid: number, ask: number) => exchange.market(bid, ask, [bench.broker]),
    async restart() {
      await bench.broker.settled();
      bench.broker = exchange.open();
    },
    close: () => bench.broker.close(),
    settled: () => bench.broker.settled(),
  };
  return bench;
});

describe('two desks on one paper exchange', () => {
  const listen = (broker: ReturnType<typeof sharedBroker>) => {
    const events: BrokerEvent[] = [];
    broker.onEvent((event) => void events.push(event));
    return events;
  };
  const fillsOf = (events: BrokerEvent[]) => events.filter(({ kind }) => kind === 'fill').length;

  it('know each other’s orders, and the same id through both is one order', async () => {
    const exchange = exchangeOfTests();
    const [here, there] = [exchange.open(), exchange.open()];
    const order = anOrder();
    const answers = await Promise.all([here.submit(order), there.submit(order)]);
    expect(answers[0]).toEqual(answers[1]);
    expect(await there.order(order.clientOrderId)).toMatchObject({ status: 'filled' });
    expect(await there.fillsSince(0)).toHaveLength(1);
  });

  it('match a resting order once, although both see the quote', async () => {
    const exchange = exchangeOfTests();
    const [here, there] = [exchange.open(), exchange.open()];
    const [told, toldThere] = [listen(here), listen(there)];
    const order = anOrder({ type: 'limit', limitPrice: 1.09 });
    await here.submit(order);
    expect(await there.openOrders()).toHaveLength(1);
    await exchange.market(1.0899, 1.0899, [there, here]);
    expect(fillsOf(told) + fillsOf(toldThere)).toBe(1);
    expect(await here.order(order.clientOrderId)).toMatchObject({ status: 'filled' });
    expect(await here.openOrders()).toEqual([]);
  });

  it('cancel each other’s orders', async () => {
    const exchange = exchangeOfTests();
    const [here, there] = [exchange.open(), exchange.open()];
    const order = anOrder({ type: 'limit', limitPrice: 1.05 });
    await here.submit(order);
    await there.cancel(order.clientOrderId);
    expect(await here.order(order.clientOrderId)).toMatchObject({ status: 'cancelled' });
  });

  it('forget what was not kept: a turn that is lost filled nothing and told nobody', async () => {
    const exchange = exchangeOfTests();
    const broker = exchange.open();
    const events = listen(broker);
    await broker.submit(anOrder());
    await broker.settled();
    const before = events.length;
    const lost = anOrder();
    exchange.disk.failNextTurn();
    await expect(broker.submit(lost)).rejects.toThrow('server died');
    await broker.settled();
    expect(events).toHaveLength(before);
    expect(await broker.order(lost.clientOrderId)).toBeUndefined();
    await broker.submit(lost);
    expect(await broker.fillsSince(0)).toHaveLength(2);
  });

  it('read the disk again only when somebody else wrote', async () => {
    const exchange = exchangeOfTests();
    const [here, there] = [exchange.open(), exchange.open()];
    for (let i = 0; i < 5; i++) await here.submit(anOrder());
    expect(exchange.opened()).toBe(1);
    await there.openOrders();
    await here.openOrders();
    expect(exchange.opened()).toBe(2);
    await there.submit(anOrder());
    await here.openOrders();
    expect(exchange.opened()).toBe(3);
  });

  it('report a listener that throws, and refuse calls once closed', async () => {
    const exchange = exchangeOfTests();
    const broker = exchange.open();
    broker.onEvent(() => {
      throw new Error('deaf');
    });
    await broker.submit(anOrder());
    await broker.settled();
    expect(exchange.failures.length).toBeGreaterThan(0);
    await broker.close();
    await expect(broker.openOrders()).rejects.toMatchObject({ code: 'unavailable' });
  });
});
