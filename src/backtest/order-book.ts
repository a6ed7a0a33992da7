import type { Order, OrderStatus } from '../domain/order.ts';
import type { Timestamp } from '../domain/time.ts';
import type { BrokerEvent } from '../ports/broker.ts';
import type { ExchangeState } from '../ports/exchange.ts';
import { legGroup } from './legs.ts';
import { type Held, hold } from './matching.ts';

const noShelf: Held[] = [];

/** The orders of one exchange: what rests, by symbol and in order of arrival, and what is over. */
export function createOrderBook(state: Pick<ExchangeState, 'resting' | 'closed' | 'sequence'> | undefined) {
  const open = new Map<string, Held>();
  const bySymbol = new Map<string, Held[]>();
  const closed = new Map<string, Order>();
  let sequence = state?.sequence ?? 0;

  function add(held: Held) {
    const { clientOrderId, symbol } = held.order;
    open.set(clientOrderId, held);
    const shelf = bySymbol.get(symbol);
    if (shelf) shelf.push(held);
    else bySymbol.set(symbol, [held]);
  }

  for (const order of state?.closed ?? []) closed.set(order.clientOrderId, { ...order });
  for (const resting of state?.resting ?? []) add(hold({ ...resting, order: { ...resting.order } }));

  /** `whole` sends the order along: the desk has not seen it, or not in this size. */
  function report(order: Order, at: Timestamp, events: BrokerEvent[], whole = false) {
    const { clientOrderId, status, reason, brokerOrderId } = order;
    events.push({
      kind: 'order',
      clientOrderId,
      status,
      ...(reason === undefined ? {} : { reason }),
      brokerOrderId,
      ...(whole ? { order: { ...order } } : {}),
      eventTime: at,
    });
  }

  return {
    open,
    closed,
    /** Live: it changes while orders come and go. */
    shelf: (symbol: string) => bySymbol.get(symbol) ?? noShelf,
    knows: (clientOrderId: string) => open.has(clientOrderId) || closed.has(clientOrderId),
    report,
    accept(order: Order, at: Timestamp, events: BrokerEvent[], whole: boolean) {
      sequence += 1;
      const brokerOrderId = `paper-${sequence}`;
      const held = hold({ order: { ...order, status: 'accepted', brokerOrderId, updatedAt: at } });
      add(held);
      report(held.order, at, events, whole);
    },
    finish(order: Order, status: OrderStatus, at: Timestamp, events: BrokerEvent[], reason?: string) {
      order.status = status;
      order.updatedAt = at;
      if (reason !== undefined) order.reason = reason;
      open.delete(order.clientOrderId);
      const shelf = bySymbol.get(order.symbol)!;
      const row = shelf.findIndex((held) => held.order === order);
      shelf.splice(row, 1);
      closed.set(order.clientOrderId, order);
      report(order, at, events);
    },
    /** The other legs around the same position. */
    siblings: (order: Order) =>
      (bySymbol.get(order.symbol) ?? noShelf).filter(
        (held) => held.order !== order && held.order.role !== 'entry' && legGroup(held.order) === legGroup(order),
      ),
    notes: () => ({
      resting: [...open.values()].map(({ order, extreme, triggered }) => ({
        order: { ...order },
        ...(extreme === undefined ? {} : { extreme }),
        ...(triggered === undefined ? {} : { triggered }),
      })),
      closed: [...closed.values()].map((order) => ({ ...order })),
      sequence,
    }),
    /** Takes the oldest closed orders beyond `keep` out. */
    forget(keep: number): Order[] {
      const orders = [...closed.values()].slice(0, Math.max(0, closed.size - keep));
      for (const { clientOrderId } of orders) closed.delete(clientOrderId);
      return orders;
    },
  };
}
