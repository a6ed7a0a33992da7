import { describe, expect, it } from 'vitest';
import { requireInstrument } from '../domain/instruments.ts';
import type { Fill } from '../domain/order.ts';
import { fillPosition } from '../portfolio/lots.ts';
import { isMarkOf, valueAccount } from '../portfolio/marks.ts';
import type { BrokerEvent } from '../ports/broker.ts';
import type { ExchangeState } from '../ports/exchange.ts';
import { anAccount } from '../testing/builders.ts';
import { anOrder, orderTime } from '../testing/orders.ts';
import { defaultCosts } from './costs.ts';
import { createExchange } from './exchange.ts';

const exchangeWith = (state?: ExchangeState) =>
  createExchange({ instrument: requireInstrument, rate: () => 1_000_000_000n as never, costs: defaultCosts, state });
const quote = (bid: number, simulated = false) => ({
  symbol: 'EURUSD',
  bid,
  ask: bid + 0.0001,
  eventTime: orderTime + 1_000,
  receiveTime: orderTime + 1_000,
  source: simulated ? 'simulated' : 'test',
  ...(simulated ? { simulated } : {}),
});
const bar = {
  openTime: orderTime,
  closeTime: orderTime + 3_600_000,
  open: 1.1,
  high: 1.1,
  low: 1,
  close: 1,
  volume: 0,
};
const fillsOf = (events: readonly BrokerEvent[]) =>
  events.flatMap((event) => (event.kind === 'fill' ? [event.fill] : []));
/** Long EURUSD with a stop, bought in the simulated market while the network was away. */
function bought() {
  const exchange = exchangeWith();
  const entry = anOrder({ clientOrderId: 'in', orderClass: 'bracket', stopLoss: 1.09, simulated: true });
  exchange.submit(entry, orderTime);
  const fills = fillsOf(exchange.onQuote(quote(1.1, true), orderTime + 1_000));
  return { exchange, fill: fills[0] as Fill };
}

describe('a position that was made at simulated prices', () => {
  it('says so, as does the fill that made it', () => {
    const { fill } = bought();
    expect(fill.simulated).toBe(true);
    expect(fillPosition(undefined, fill).position).toMatchObject({ simulated: true });
  });

  it('is not stopped out by a real quote or bar, but by a simulated one', () => {
    const { exchange } = bought();
    expect(exchange.onQuote(quote(1.05), orderTime + 2_000)).toEqual([]);
    expect(exchange.onBar('EURUSD', bar, bar.closeTime, false)).toEqual([]);
    expect(fillsOf(exchange.onQuote(quote(1.085, true), orderTime + 2_000))).toMatchObject([{ simulated: true }]);
    expect(exchange.state()).not.toHaveProperty('simulated');
  });

  it('is neither closed nor enlarged by an order at real prices, also after a restart, and the refusal says what to do', () => {
    const { exchange } = bought();
    for (const held of [exchange, exchangeWith(exchange.state())]) {
      for (const side of ['buy', 'sell'] as const) {
        expect(() => held.submit(anOrder({ clientOrderId: `real-${side}`, side }), orderTime)).toThrow(
          expect.objectContaining({ code: 'broker_rejected', hint: expect.stringContaining('OFFLINE=1') }),
        );
      }
    }
    exchange.submit(anOrder({ clientOrderId: 'out', side: 'sell', simulated: true }), orderTime);
    expect(fillsOf(exchange.onQuote(quote(1.11, true), orderTime + 2_000))).toHaveLength(1);
    // Flat again: the next position may be real.
    exchange.submit(anOrder({ clientOrderId: 'next' }), orderTime);
    expect(fillsOf(exchange.onQuote(quote(1.11), orderTime + 3_000))[0]).not.toHaveProperty('simulated');
  });

  it('counts at what it cost where only real prices are known', () => {
    const { fill } = bought();
    const position = fillPosition(undefined, fill).position!;
    const account = { ...anAccount(), positions: [position] };
    const mark = { price: 1.2, rate: 1 };
    expect(valueAccount(account, { EURUSD: { ...mark, simulated: false } })).toMatchObject({
      unrealised: 0n,
      unmarked: ['EURUSD'],
    });
    expect(valueAccount(account, { EURUSD: { ...mark, simulated: true } }).unmarked).toEqual([]);
    const { simulated, ...real } = position;
    expect([true, false, undefined].map((kind) => isMarkOf({ simulated: kind }, real))).toEqual([false, true, true]);
    expect(simulated).toBe(true);
  });
});
