import { type Money, type Price, type Quantity, rate } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import { type Fill, type Order, opposite } from '../domain/order.ts';
import type { Broker, BrokerEvent } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';

/**
 * What happens to the next submit: `fill` at once, `rest` until `fillOrder`, a definite `reject`, an answer that is
 * lost though the broker holds the order (`hold_silently`) or never got it (`lose`).
 */
export type Turn = 'fill' | 'rest' | 'reject' | 'hold_silently' | 'lose';

export interface ScriptedBroker extends Broker {
  /** Turns of the coming submits; `fill` once they are used up. */
  script(...turns: Turn[]): void;
  /** Fills a resting order, wholly or in part; `silently` keeps the event from the listeners. */
  fillOrder(clientOrderId: string, part?: { quantity?: Quantity; price?: Price; silently?: boolean }): Promise<Fill>;
  /** Sends an event as it is: duplicates, late ones, out of order. */
  emit(event: BrokerEvent): Promise<void>;
  /** Every id that submit was called with, in order: twice the same id shows twice. */
  submitted: string[];
  /** Fails every question until it is lifted. */
  down: boolean;
  orders: Map<string, Order>;
  fills: Fill[];
}

/** A broker that does as it is told, holds brackets, and keeps the truth that the desk must come to. */
export function scriptedBroker({
  clock,
  price,
}: {
  clock: Pick<Clock, 'now'>;
  price: (order: Order) => Price;
}): ScriptedBroker {
  const listeners = new Set<(event: BrokerEvent) => void | Promise<void>>();
  const turns: Turn[] = [];
  const orders = new Map<string, Order>();
  const fills: Fill[] = [];
  const emit = async (event: BrokerEvent) => {
    for (const listener of [...listeners]) await listener(event);
  };
  const report = (order: Order, more: { reason?: string; order?: Order } = {}): BrokerEvent => ({
    kind: 'order',
    clientOrderId: order.clientOrderId,
    status: order.status,
    brokerOrderId: order.brokerOrderId,
    eventTime: clock.now(),
    ...more,
  });
  const mustAnswer = () => {
    if (broker.down) throw new AppError('unavailable', 'The broker does not answer.');
  };

  function makeLegs(entry: Order): Order[] {
    const leg = (role: 'stop' | 'target', at: Partial<Order>): Order => ({
      ...entry,
      ...at,
      clientOrderId: `${entry.clientOrderId}-${role}`,
      side: opposite[entry.side],
      orderClass: 'oco',
      status: 'accepted',
      filledQuantity: 0n as Quantity,
      reduceOnly: true,
      parentId: entry.clientOrderId,
      role,
      stopLoss: undefined,
      takeProfit: undefined,
    });
    const legs: Order[] = [];
    if (entry.stopLoss !== undefined) legs.push(leg('stop', { type: 'stop', stopPrice: entry.stopLoss }));
    if (entry.takeProfit !== undefined) legs.push(leg('target', { type: 'limit', limitPrice: entry.takeProfit }));
    return legs;
  }

  const broker: ScriptedBroker = {
    name: 'scripted',
    mode: 'paper',
    down: false,
    submitted: [],
    orders,
    fills,
    emit,
    script: (...more) => void turns.push(...more),
    async submit(order) {
      broker.submitted.push(order.clientOrderId);
      const known = orders.get(order.clientOrderId);
      if (known) return { brokerOrderId: known.brokerOrderId! };
      const turn = turns.shift() ?? 'fill';
      if (turn === 'lose') throw new AppError('broker_unknown', 'The connection broke before the order arrived.');
      if (turn === 'reject') throw new AppError('broker_rejected', 'The broker does not like this order.');
      const held: Order = {
        ...order,
        status: 'accepted',
        brokerOrderId: `b-${orders.size + 1}`,
        updatedAt: clock.now(),
      };
      orders.set(order.clientOrderId, held);
      if (turn === 'fill') await broker.fillOrder(order.clientOrderId);
      if (turn === 'hold_silently') throw new AppError('broker_unknown', 'The answer never came.');
      return { brokerOrderId: held.brokerOrderId! };
    },
    async fillOrder(id, { quantity, price: at, silently = false } = {}) {
      const order = orders.get(id)!;
      const size = quantity ?? ((order.quantity - order.filledQuantity) as Quantity);
      const filledQuantity = (order.filledQuantity + size) as Quantity;
      const status = filledQuantity >= order.quantity ? 'filled' : 'partially_filled';
      const after: Order = { ...order, filledQuantity, status, updatedAt: clock.now() };
      orders.set(id, after);
      const fill: Fill = {
        id: `${id}.${fills.length + 1}`,
        clientOrderId: id,
        symbol: order.symbol,
        side: order.side,
        quantity: size,
        price: at ?? price(order),
        rate: rate('1'),
        fee: 0n as Money,
        slippage: 0n as Price,
        eventTime: clock.now(),
        receiveTime: clock.now(),
      };
      fills.push(fill);
      const legs = order.role === 'entry' && order.filledQuantity === 0n ? makeLegs(after) : [];
      for (const leg of legs) orders.set(leg.clientOrderId, leg);
      if (silently) return fill;
      await emit({ kind: 'fill', fill });
      await emit(report(after));
      for (const leg of legs) await emit(report(leg, { order: leg }));
      return fill;
    },
    async cancel(id) {
      mustAnswer();
      const order = orders.get(id);
      if (!order) throw new AppError('not_found', `No order ${id}.`);
      if (!['accepted', 'partially_filled'].includes(order.status)) return;
      const cancelled: Order = { ...order, status: 'cancelled', reason: 'requested', updatedAt: clock.now() };
      orders.set(id, cancelled);
      await emit(report(cancelled, { reason: 'requested' }));
    },
    async order(id) {
      mustAnswer();
      const order = orders.get(id);
      return order && { ...order };
    },
    async openOrders() {
      mustAnswer();
      return [...orders.values()].filter((order) => ['accepted', 'partially_filled'].includes(order.status));
    },
    async fillsSince(time) {
      mustAnswer();
      return fills.filter((fill) => fill.eventTime >= time);
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      listeners.clear();
    },
  };
  return broker;
}
