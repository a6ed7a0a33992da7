import type { Quantity } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import type { ApprovedOrder, Fill, Order, OrderStatus } from '../domain/order.ts';
import type { Timestamp } from '../domain/time.ts';
import type { BrokerEvent } from '../ports/broker.ts';
import { absorbEvents } from './absorb.ts';
import type { Desk } from './desk.ts';

/** The order that an approval becomes. Only an approved order can be made into one. */
export function toOrder(
  approved: ApprovedOrder,
  at: { account: string; clientOrderId: string; decisionId?: string; time: Timestamp; simulated?: boolean },
): Order {
  const { symbol, side, type, orderClass, timeInForce, quantity, limitPrice, stopPrice, trailBy } = approved;
  const { stopLoss, takeProfit, reduceOnly, origin } = approved;
  const prices = Object.entries({ limitPrice, stopPrice, trailBy, stopLoss, takeProfit });
  return {
    clientOrderId: at.clientOrderId,
    account: at.account,
    symbol,
    side,
    type,
    orderClass,
    timeInForce,
    quantity,
    filledQuantity: 0n as Quantity,
    ...Object.fromEntries(prices.filter(([, price]) => price !== undefined)),
    reduceOnly,
    status: 'pending',
    role: 'entry',
    ...(at.decisionId === undefined ? {} : { decisionId: at.decisionId }),
    origin,
    ...(at.simulated ? { simulated: true as const } : {}),
    createdAt: at.time,
    updatedAt: at.time,
  };
}

/**
 * Sends an order whose intent is on disk, and writes down what became of it. A definite refusal is `rejected`; anything
 * else that goes wrong leaves it `unknown`, counted as filled until reconciliation asks the broker. Never sends twice.
 */
export async function execute(desk: Desk, order: Order): Promise<OrderStatus> {
  const { clientOrderId } = order;
  const told = (status: OrderStatus, more: { reason?: string; brokerOrderId?: string } = {}) =>
    absorbEvents(desk, [{ kind: 'order', clientOrderId, status, ...more, eventTime: desk.clock.now() }]);
  let brokerOrderId: string;
  try {
    ({ brokerOrderId } = await desk.broker.submit(order));
  } catch (failure) {
    const refused = failure instanceof AppError && failure.code === 'broker_rejected';
    const reason = failure instanceof Error ? failure.message : String(failure);
    await told(refused ? 'rejected' : 'unknown', { reason });
    return refused ? 'rejected' : 'unknown';
  }
  await told('accepted', { brokerOrderId });
  await collect(desk, order);
  return 'accepted';
}

/** Asks the broker at once what the order has become, so that who placed it sees its fills. */
async function collect(desk: Desk, order: Order) {
  try {
    await absorbEvents(desk, await stateAtBroker(desk, order));
  } catch (failure) {
    // The order stands; its fills come as events, or at the next reconciliation.
    if (!(failure instanceof AppError)) throw failure;
  }
}

/** What the broker knows of an order, as events: that it holds it, its fills, its state. Empty where it knows nothing. */
export async function stateAtBroker(desk: Pick<Desk, 'broker'>, order: Order): Promise<BrokerEvent[]> {
  const found = await desk.broker.order(order.clientOrderId);
  if (!found) return [];
  const fills = await desk.broker.fillsSince(order.createdAt);
  return storyOf(found, fills);
}

/** An order and its fills in the order in which they must be folded: a fill takes its stop from an order that is known. */
export function storyOf(found: Order, fills: readonly Fill[]): BrokerEvent[] {
  const { clientOrderId, status, reason, brokerOrderId, updatedAt: eventTime } = found;
  const told = { kind: 'order' as const, clientOrderId, ...(brokerOrderId === undefined ? {} : { brokerOrderId }) };
  const own = fills.filter((fill) => fill.clientOrderId === clientOrderId);
  return [
    { ...told, status: 'accepted', order: found, eventTime },
    ...own.map((fill): BrokerEvent => ({ kind: 'fill', fill })),
    { ...told, status, ...(reason === undefined ? {} : { reason }), eventTime },
  ];
}
