import { expect, it } from 'vitest';
import { paperBroker } from '../adapters/broker/paper.ts';
import { defaultCosts } from '../backtest/costs.ts';
import { createExchange } from '../backtest/exchange.ts';
import { requireInstrument } from '../domain/instruments.ts';
import { HOUR, MINUTE, type Timestamp } from '../domain/time.ts';
import type { MarketData } from '../ports/market-data.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { memoryDisk } from '../testing/memory-disk.ts';
import { anOrder, orderTime } from '../testing/orders.ts';
import { catchUpOrders } from './catch-up-orders.ts';

/** A stop at 1.09 at the paper broker, whose process may end and begin again, and a market that records what it is asked. */
async function world() {
  const clock = fakeClock(orderTime);
  const disk = memoryDisk();
  const open = () =>
    paperBroker({
      clock,
      account: 'main',
      disk,
      exchange: (given) => createExchange({ ...given, instrument: requireInstrument, costs: defaultCosts }),
      rate: async () => 1,
      onListenerFailure: () => {},
    });
  const asked: Timestamp[] = [];
  let lows: Record<number, number> = {};
  const marketData = {
    async history({ from }: { from: Timestamp }) {
      asked.push(from);
      const first = Math.ceil(from / MINUTE) * MINUTE;
      const bars = Array.from({ length: Math.floor((clock.now() - first) / MINUTE) }, (_, i) => {
        const openTime = first + i * MINUTE;
        const prices = { open: 1.1, high: 1.1, low: lows[openTime] ?? 1.1, close: 1.1 };
        return { openTime, closeTime: openTime + MINUTE, receiveTime: openTime + MINUTE, volume: 0, ...prices };
      });
      return { bars, simulated: false };
    },
  } as unknown as MarketData;
  let broker = open();
  await broker.submit(anOrder({ clientOrderId: 'stop', side: 'sell', type: 'stop', stopPrice: 1.09 }));
  return {
    clock,
    asked,
    fell: (at: Timestamp) => {
      lows = { [at]: 1.05 };
    },
    async quoted() {
      const at = { eventTime: clock.now(), receiveTime: clock.now() };
      await broker.onQuote({ symbol: 'EURUSD', bid: 1.1, ask: 1.1001, source: 'test', ...at });
    },
    async restart() {
      await broker.settled();
      broker = open();
      expect(await catchUpOrders({ broker, marketData, clock })).toEqual([]);
      return (await broker.order('stop'))?.status;
    },
  };
}

it('A restart lets a stop meet the bars of the time away, and none that it has met before', async () => {
  const { clock, asked, fell, quoted, restart } = await world();
  await clock.advance(5 * HOUR);
  await quoted();
  const left = clock.now();
  // A vendor corrects an old bar, or the stop was moved since: that time is over.
  fell(orderTime + HOUR);
  await clock.advance(HOUR);
  expect(await restart()).toBe('accepted');
  expect(asked).toEqual([left]);
  fell(clock.now() + 30 * MINUTE);
  await clock.advance(HOUR);
  expect(await restart()).toBe('filled');
});

it('A stop that has met nothing yet meets all since it was made', async () => {
  const { clock, asked, fell, restart } = await world();
  fell(orderTime + HOUR);
  await clock.advance(5 * HOUR);
  expect(await restart()).toBe('filled');
  expect(asked).toEqual([orderTime]);
});
