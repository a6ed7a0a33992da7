import { describe, expect, it } from 'vitest';
import { money, price, quantity, rate } from '../domain/decimal.ts';
import type { Fill, Order } from '../domain/order.ts';
import type { JournalEntry, JournalRecord } from '../domain/record.ts';
import { recordedJournal } from '../testing/door-world.ts';
import { createOrderLog } from './order-log.ts';

const order = (clientOrderId: string, part: Partial<Order> = {}): Order => ({
  clientOrderId,
  account: 'paper',
  symbol: 'EURUSD',
  side: 'buy',
  type: 'market',
  orderClass: 'simple',
  timeInForce: 'gtc',
  quantity: quantity('1000'),
  filledQuantity: quantity('0'),
  reduceOnly: false,
  status: 'pending',
  role: 'entry',
  origin: 'user',
  createdAt: 1,
  updatedAt: 1,
  ...part,
});

const fill = (id: string, clientOrderId: string, size: string): Fill => ({
  id,
  clientOrderId,
  symbol: 'EURUSD',
  side: 'buy',
  quantity: quantity(size),
  price: price('1.0845'),
  rate: rate('1'),
  fee: money('0.4'),
  slippage: price('0.00001'),
  eventTime: 2,
  receiveTime: 2,
});

const intent = (each: Order) => ({ kind: 'intent', payload: { order: each } }) as JournalEntry;
const log = (entries: JournalEntry[]) => {
  const records = entries.map((entry, index) => ({
    ...entry,
    account: 'paper',
    sequence: index + 1,
    time: 10 + index,
  }));
  return { records, log: createOrderLog(recordedJournal(records as unknown as JournalRecord[]), 'paper') };
};

describe('the list of orders', () => {
  it('follows an order from intent to filled, by parts', async () => {
    const { log: orders } = log([
      intent(order('a')),
      { kind: 'order-event', payload: { clientOrderId: 'a', status: 'accepted', brokerOrderId: 'p-1' } },
      { kind: 'fill', payload: { fill: fill('f1', 'a', '400') } },
    ]);
    expect(await orders.orders({ limit: 10 })).toMatchObject([
      {
        clientOrderId: 'a',
        status: 'partially_filled',
        filledQuantity: '400',
        brokerOrderId: 'p-1',
        createdAt: '1970-01-01T00:00:00.001Z',
      },
    ]);
  });

  it('counts a fill that was told twice once', async () => {
    const twice = fill('f1', 'a', '600');
    const { log: orders } = log([
      intent(order('a')),
      { kind: 'fill', payload: { fill: twice } },
      { kind: 'fill', payload: { fill: twice } },
    ]);
    expect(await orders.fills({ limit: 10 })).toHaveLength(1);
    expect(await orders.orders({ limit: 10 })).toMatchObject([{ status: 'partially_filled' }]);
  });

  it('gives the newest first, and only what was asked for', async () => {
    const { log: orders } = log([
      intent(order('a', { decisionId: 'dec_1' })),
      intent(order('b', { symbol: 'BTCUSDT' })),
      { kind: 'order-event', payload: { clientOrderId: 'a', status: 'cancelled', reason: 'By the owner' } },
    ]);
    const ids = async (query: object) =>
      (await orders.orders({ limit: 10, ...query })).map((each) => each.clientOrderId);
    expect(await ids({})).toEqual(['b', 'a']);
    expect(await ids({ status: 'open' })).toEqual(['b']);
    expect(await ids({ symbol: 'EURUSD' })).toEqual(['a']);
    expect(await ids({ decisionId: 'dec_1' })).toEqual(['a']);
    expect(await ids({ limit: 1 })).toEqual(['b']);
  });

  it('reads on from where it was', async () => {
    const { records, log: orders } = log([
      intent(order('a')),
      { kind: 'mark', payload: { equity: money('100000'), day: '' } },
    ]);
    expect(await orders.equity(10)).toEqual([{ time: '1970-01-01T00:00:00.011Z', equity: '100000' }]);
    records.push({ ...intent(order('b')), account: 'paper', sequence: 3, time: 13 } as (typeof records)[number]);
    expect(await orders.orders({ limit: 10 })).toHaveLength(2);
    expect(await orders.equity(10)).toHaveLength(1);
  });
});
