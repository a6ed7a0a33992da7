import { type Plain, toPlain } from '../domain/canonical.ts';
import type { Fill, Order } from '../domain/order.ts';
import { openStatuses } from '../domain/order.ts';
import type { JournalRecord } from '../domain/record.ts';
import { type Timestamp, toIso } from '../domain/time.ts';
import type { Journal } from '../ports/journal.ts';
import type { FillDocument, OrderDocument } from './documents.ts';

/** Finished orders are kept up to this many; open ones always. */
const KEPT = 2_000;

/** Orders, fills and equity marks of one account, read from its journal and kept up with it. */
export function createOrderLog(journal: Journal, account: string) {
  let sequence = 0;
  const orders = new Map<string, Order>();
  const fills: Fill[] = [];
  const marks: { time: Timestamp; equity: string }[] = [];
  let reading: Promise<void> = Promise.resolve();

  function fold(record: JournalRecord) {
    sequence = record.sequence;
    if (record.kind === 'intent') orders.set(record.payload.order.clientOrderId, { ...record.payload.order });
    if (record.kind === 'order-event') {
      const { clientOrderId, status, reason, brokerOrderId, order } = record.payload;
      const known = orders.get(clientOrderId) ?? order;
      if (known) {
        const change = {
          status,
          updatedAt: record.time,
          ...(reason ? { reason } : {}),
          ...(brokerOrderId ? { brokerOrderId } : {}),
        };
        orders.set(clientOrderId, { ...known, ...order, ...change });
      }
    }
    if (record.kind === 'fill' && !fills.some((each) => each.id === record.payload.fill.id)) {
      const { fill } = record.payload;
      fills.push(fill);
      const order = orders.get(fill.clientOrderId);
      if (order) orders.set(fill.clientOrderId, filled(order, fills, record.time));
    }
    if (record.kind === 'mark') marks.push({ time: record.time, equity: toPlain(record.payload.equity) });
    trim();
  }

  function trim() {
    if (fills.length > KEPT) fills.shift();
    if (marks.length > KEPT) marks.shift();
    if (orders.size <= KEPT) return;
    const oldest = [...orders.values()].find((order) => !openStatuses.includes(order.status));
    if (oldest) orders.delete(oldest.clientOrderId);
  }

  /** Readers that come together wait for one reading. */
  function catchUp(): Promise<void> {
    reading = reading
      .catch(() => undefined)
      .then(async () => {
        for await (const record of journal.read(account, sequence)) fold(record);
      });
    return reading;
  }

  return {
    /** Newest first. */
    async orders(query: { status?: 'open' | 'all'; symbol?: string; decisionId?: string; limit: number }) {
      await catchUp();
      const wanted = [...orders.values()].filter(
        (order) =>
          (query.status !== 'open' || openStatuses.includes(order.status)) &&
          (!query.symbol || order.symbol === query.symbol) &&
          (!query.decisionId || order.decisionId === query.decisionId),
      );
      return wanted.reverse().slice(0, query.limit).map(orderDocument);
    },
    /** Newest first. */
    async fills(query: { symbol?: string; clientOrderIds?: readonly string[]; limit: number }) {
      await catchUp();
      const wanted = fills.filter(
        (fill) =>
          (!query.symbol || fill.symbol === query.symbol) &&
          (!query.clientOrderIds || query.clientOrderIds.includes(fill.clientOrderId)),
      );
      return wanted.reverse().slice(0, query.limit).map(fillDocument);
    },
    /** Oldest first. */
    async equity(limit: number) {
      await catchUp();
      return marks.slice(-limit).map(({ time, equity }) => ({ time: toIso(time), equity }));
    },
  };
}
export type OrderLog = ReturnType<typeof createOrderLog>;

function filled(order: Order, fills: readonly Fill[], time: Timestamp): Order {
  const done = fills
    .filter((each) => each.clientOrderId === order.clientOrderId)
    .reduce((sum, each) => sum + each.quantity, 0n);
  const status = done >= order.quantity ? 'filled' : 'partially_filled';
  return { ...order, filledQuantity: done as Order['filledQuantity'], status, updatedAt: time };
}

export function orderDocument(order: Order | Plain<Order>): OrderDocument {
  const plain = toPlain(order) as Plain<Order>;
  return { ...plain, createdAt: toIso(plain.createdAt), updatedAt: toIso(plain.updatedAt) };
}

export function fillDocument(fill: Fill | Plain<Fill>): FillDocument {
  const plain = toPlain(fill) as Plain<Fill>;
  return { ...plain, eventTime: toIso(plain.eventTime), receiveTime: toIso(plain.receiveTime) };
}
