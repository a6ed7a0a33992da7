import { AppError } from '../domain/errors.ts';
import type { Order } from '../domain/order.ts';
import { type Duration, SECOND } from '../domain/time.ts';
import { neverReached } from '../portfolio/orders.ts';
import type { BrokerEvent } from '../ports/broker.ts';
import { absorbEvents } from './absorb.ts';
import type { Desk } from './desk.ts';
import { storyOf } from './execute.ts';

export interface Reconciliation {
  /** Journal records that it wrote: fills and states that the desk had missed. */
  absorbed: number;
  /** Orders that the broker holds and the desk had not known. */
  adopted: string[];
  /** Orders given up because the broker has never seen them. */
  lost: string[];
  /** Orders whose fate is still not known; they count as filled until it is. */
  unresolved: { clientOrderId: string; why: string }[];
}

/**
 * Brings the account to what the broker knows: at start before anything trades, and from time to time. Asks for every
 * order that is not final by its id.
 *
 * An order that the broker has never seen is not sent again: its price and its verdict are of an older moment. It is
 * cancelled as lost, and whoever wanted it (a cycle's slot, a click) decides anew and sends it under the same client
 * order id, so that one that was still on its way is the same order at the broker. For that reason, too, it is given up
 * only `grace` after it was last touched; until then it counts as filled.
 */
export async function reconcile(
  desk: Desk,
  { grace = 30 * SECOND }: { grace?: Duration } = {},
): Promise<Reconciliation> {
  const report: Reconciliation = { absorbed: 0, adopted: [], lost: [], unresolved: [] };
  const account = await desk.book.read(desk.accountId);
  const ledger = await desk.book.ledger(desk.accountId);
  const now = desk.clock.now();
  // A fill may have come while nobody listened: look back from the last one that is known, with a margin for order.
  const since = Math.min(
    ledger.lastFillTime() ?? account.openedAt,
    ...account.openOrders.map((each) => each.createdAt),
  );
  const fills = await desk.broker.fillsSince(since);
  const events: BrokerEvent[] = [];

  for (const order of account.openOrders) {
    const found = await ask(desk, order, report);
    if (found === 'unanswered') continue;
    if (found) events.push(...storyOf(found, fills));
    else if (now - order.updatedAt < grace) {
      report.unresolved.push({ clientOrderId: order.clientOrderId, why: 'The broker does not know it yet.' });
    } else {
      report.lost.push(order.clientOrderId);
      const { clientOrderId } = order;
      events.push({ kind: 'order', clientOrderId, status: 'cancelled', reason: neverReached, eventTime: now });
    }
  }
  for (const found of await desk.broker.openOrders()) {
    if (account.openOrders.some((order) => order.clientOrderId === found.clientOrderId)) continue;
    if (!ledger.order(found.clientOrderId)) report.adopted.push(found.clientOrderId);
    events.push(...storyOf(found, fills));
  }
  // Executions of orders that are over by now.
  events.push(...fills.map((fill): BrokerEvent => ({ kind: 'fill', fill })));
  report.absorbed = (await absorbEvents(desk, events)).length;
  return report;
}

/** The broker's own word on an order; a question that fails leaves the order as it is. */
async function ask(desk: Desk, order: Order, report: Reconciliation): Promise<Order | undefined | 'unanswered'> {
  try {
    return await desk.broker.order(order.clientOrderId);
  } catch (failure) {
    if (!(failure instanceof AppError)) throw failure;
    report.unresolved.push({ clientOrderId: order.clientOrderId, why: failure.message });
    return 'unanswered';
  }
}
