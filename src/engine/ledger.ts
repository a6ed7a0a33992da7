import type { Fill, Order } from '../domain/order.ts';
import type { CycleRecord, JournalPayloads, JournalRecord } from '../domain/record.ts';
import type { Forecast } from '../domain/signal.ts';
import type { Timestamp } from '../domain/time.ts';
import { filledOrder, reportedOrder, revives } from '../portfolio/orders.ts';
import type { Ledger } from './desk.ts';

/** Folds what the account itself does not keep. Grows with the journal; only ids, orders and fills are held. */
export interface GrowingLedger extends Ledger {
  apply(record: JournalRecord): void;
}

export function openLedger(): GrowingLedger {
  const fillIds = new Set<string>();
  const orders = new Map<string, Order>();
  const decisionOrders = new Map<string, string[]>();
  const fills = new Map<string, Fill[]>();
  const cycles = new Map<string, CycleRecord>();
  const forecasts = new Map<string, Forecast>();
  const approvals = new Map<string, JournalPayloads['approval']>();
  let limits: JournalPayloads['limits'] | undefined;
  let lastFill: Timestamp | undefined;

  function applyFill(fill: Fill) {
    fillIds.add(fill.id);
    fills.set(fill.clientOrderId, [...(fills.get(fill.clientOrderId) ?? []), fill]);
    lastFill = Math.max(lastFill ?? 0, fill.eventTime);
    const order = orders.get(fill.clientOrderId);
    if (order) orders.set(order.clientOrderId, filledOrder(order, fill.quantity, fill.receiveTime));
  }

  function applyReport(event: JournalPayloads['order-event'], time: Timestamp) {
    const { clientOrderId: id } = event;
    const known = orders.get(id);
    if (known && !revives(known, event)) orders.set(id, reportedOrder(known, event, time));
    else if (event.order)
      keep({
        ...event.order,
        status: event.status,
        filledQuantity: known?.filledQuantity ?? event.order.filledQuantity,
      });
  }

  function keep(order: Order) {
    orders.set(order.clientOrderId, order);
    if (order.decisionId === undefined) return;
    const ids = decisionOrders.get(order.decisionId) ?? [];
    if (!ids.includes(order.clientOrderId)) decisionOrders.set(order.decisionId, [...ids, order.clientOrderId]);
  }

  return {
    apply(record) {
      const { time } = record;
      if (record.kind === 'intent') keep(record.payload.order);
      else if (record.kind === 'order-event') applyReport(record.payload, time);
      else if (record.kind === 'fill') applyFill(record.payload.fill);
      else if (record.kind === 'cycle') cycles.set(record.payload.id, record.payload);
      else if (record.kind === 'forecast') forecasts.set(record.payload.id, record.payload);
      else if (record.kind === 'forecast-settled') forecasts.delete(record.payload.id);
      else if (record.kind === 'approval') approvals.set(record.payload.intentHash, record.payload);
      else if (record.kind === 'limits') limits = record.payload;
    },
    hasFill: (id) => fillIds.has(id),
    order: (id) => orders.get(id),
    ordersOfDecision: (id) => (decisionOrders.get(id) ?? []).map((each) => orders.get(each)!),
    fillsOf: (id) => fills.get(id) ?? [],
    lastFillTime: () => lastFill,
    cycle: (id) => cycles.get(id),
    openForecast: (id) => forecasts.get(id),
    approval: (hash) => approvals.get(hash),
    limits: () => limits,
  };
}
