import type { Quantity } from '../domain/decimal.ts';
import { type Order, type OrderIntent, type OrderStatus, openStatuses } from '../domain/order.ts';
import type { JournalPayloads } from '../domain/record.ts';
import type { Timestamp } from '../domain/time.ts';

/** How far an order has come. A later report never takes it back, whatever the order in which reports arrive. */
const progress: Record<OrderStatus, number> = {
  pending: 0,
  unknown: 1,
  accepted: 2,
  partially_filled: 3,
  cancelled: 4,
  expired: 4,
  rejected: 4,
  filled: 5,
};

export const isOpen = (order: Pick<Order, 'status'>) => openStatuses.includes(order.status);

/** Whether an order may still change a position: open, or said to be filled while its fills are on the way. */
export const mayStillFill = (order: Order) =>
  isOpen(order) || (order.status === 'filled' && order.filledQuantity < order.quantity);

/** Names of the legs that a broker makes are the entry's with this behind; no order of anyone's own may end so. */
export const legName = (entryId: string, role: 'stop' | 'target') => `${entryId}-${role}`;
export const isLegName = (clientOrderId: string) => /-(stop|target)$/.test(clientOrderId);

/** Lies at the broker and waits for its price; every other open order is on its way to a fill. */
export const waits = ({ status, type }: Pick<Order, 'status' | 'type'>) =>
  type !== 'market' && (status === 'accepted' || status === 'partially_filled');

/**
 * Orders that an exit at the market takes the place of, and that are cancelled before it is sent: one that waits on the
 * same side for a better price must not keep a position open that is to be closed now.
 */
export const givesWay = (order: Order, exit: Pick<OrderIntent, 'symbol' | 'side' | 'type' | 'reduceOnly'>) =>
  exit.reduceOnly &&
  exit.type === 'market' &&
  order.role === 'entry' &&
  order.symbol === exit.symbol &&
  order.side === exit.side &&
  waits(order);

/** Reason of an order that the desk gave up because the broker had never seen it. */
export const neverReached = 'never_reached_broker';

/** Given up as lost: it may be wished for again under the same id, and comes back if it was still on its way. */
export const isLost = (order: Pick<Order, 'status' | 'reason'>) =>
  order.status === 'cancelled' && order.reason === neverReached;

/** An order given up as lost that the broker holds after all. */
export const revives = (known: Order, event: Pick<JournalPayloads['order-event'], 'status'>) =>
  isLost(known) && event.status !== 'cancelled';

/** An order after a report about it. `unknown` is left only forwards; a final state is never left. */
export function reportedOrder(order: Order, event: JournalPayloads['order-event'], time: Timestamp): Order {
  const forward = progress[event.status] > progress[order.status];
  const status = forward ? event.status : order.status;
  const reason = forward ? (event.reason ?? order.reason) : order.reason;
  const brokerOrderId = event.brokerOrderId ?? order.brokerOrderId;
  return {
    ...order,
    status,
    quantity: event.order?.quantity ?? order.quantity,
    updatedAt: time,
    ...(reason === undefined ? {} : { reason }),
    ...(brokerOrderId === undefined ? {} : { brokerOrderId }),
  };
}

/** An order after one of its fills, which may come before the broker's acknowledgement or after its last word. */
export function filledOrder(order: Order, quantity: Quantity, time: Timestamp): Order {
  const filledQuantity = (order.filledQuantity + quantity) as Quantity;
  const reached: OrderStatus = filledQuantity >= order.quantity ? 'filled' : 'partially_filled';
  const status = progress[reached] > progress[order.status] ? reached : order.status;
  return { ...order, filledQuantity, status, updatedAt: time };
}
