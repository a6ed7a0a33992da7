import type { Account } from '../domain/account.ts';
import type { Order } from '../domain/order.ts';
import type { JournalEntry, JournalPayloads } from '../domain/record.ts';
import { filledOrder, reportedOrder, revives } from '../portfolio/orders.ts';
import type { BrokerEvent } from '../ports/broker.ts';
import type { Desk, Ledger } from './desk.ts';

/**
 * Journal entries for what a broker reports. A fill counts once by its id, whichever way and however often it comes; a
 * report that says nothing new leaves no record; an order that the desk did not know is adopted with what it is.
 */
export function entriesOf(events: readonly BrokerEvent[], account: Account, ledger: Ledger): JournalEntry[] {
  const entries: JournalEntry[] = [];
  const seen = new Set<string>();
  const newest = new Map<string, Order>();
  const orderOf = (id: string) => newest.get(id) ?? ledger.order(id);

  for (const event of events) {
    if (event.kind === 'fill') {
      const { fill } = event;
      if (seen.has(fill.id) || ledger.hasFill(fill.id)) continue;
      seen.add(fill.id);
      const order = orderOf(fill.clientOrderId);
      if (order) newest.set(order.clientOrderId, filledOrder(order, fill.quantity, fill.receiveTime));
      entries.push({ kind: 'fill', payload: { fill } });
      continue;
    }
    const known = orderOf(event.clientOrderId);
    const payload = reportOf(event, known, account);
    if (!payload) continue;
    newest.set(event.clientOrderId, known ? reportedOrder(known, payload, event.eventTime) : payload.order!);
    entries.push({ kind: 'order-event', payload });
  }
  return entries;
}

function reportOf(
  event: Extract<BrokerEvent, { kind: 'order' }>,
  known: Order | undefined,
  account: Account,
): JournalPayloads['order-event'] | undefined {
  const { clientOrderId, status, reason, brokerOrderId } = event;
  // Filled quantities come from fills alone, so that a position never runs ahead of its executions.
  const order = event.order && {
    ...event.order,
    account: account.id,
    filledQuantity: known?.filledQuantity ?? (0n as Order['filledQuantity']),
  };
  const payload = {
    clientOrderId,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(brokerOrderId === undefined ? {} : { brokerOrderId }),
    ...(order === undefined ? {} : { order }),
  };
  if (!known) return order && payload;
  if (revives(known, event)) return { ...payload, order: order ?? { ...known, status } };
  const after = reportedOrder(known, payload, event.eventTime);
  const changed =
    after.status !== known.status || after.quantity !== known.quantity || after.brokerOrderId !== known.brokerOrderId;
  return changed ? payload : undefined;
}

/** Journals what the broker reports, in one append, and nothing where all of it is known. */
export async function absorbEvents(desk: Pick<Desk, 'book' | 'accountId'>, events: readonly BrokerEvent[]) {
  if (events.length === 0) return [];
  const { records } = await desk.book.append(desk.accountId, (account, ledger) => entriesOf(events, account, ledger));
  return records;
}

/** Listens to the desk's broker. Returns the unsubscribe function. */
export const absorb = (desk: Pick<Desk, 'book' | 'accountId' | 'broker'>): (() => void) =>
  desk.broker.onEvent(async (event) => {
    await absorbEvents(desk, [event]);
  });
