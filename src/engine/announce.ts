import { formatAmount } from '../domain/decimal.ts';
import type { JournalRecord } from '../domain/record.ts';
import { toIso } from '../domain/time.ts';
import type { Bus } from '../ports/bus.ts';

/** Tells pages and other processes what was journalled. Messages may be lost; the journal is the truth. */
export function announce(bus: Bus, records: readonly JournalRecord[]): void {
  for (const record of records) {
    if (record.kind === 'decision') {
      const { id, symbol, verdict, asOf } = record.payload;
      bus.publish('decision', { decisionId: id, symbol, outcome: verdict?.outcome ?? 'no_trade', asOf: toIso(asOf) });
    } else if (record.kind === 'intent') {
      const { clientOrderId, symbol, status } = record.payload.order;
      bus.publish('order', { clientOrderId, symbol, status });
    } else if (record.kind === 'order-event') {
      const { clientOrderId, status, order } = record.payload;
      bus.publish('order', { clientOrderId, symbol: order?.symbol ?? '', status });
    } else if (record.kind === 'fill') {
      const { clientOrderId, symbol, side, quantity, price } = record.payload.fill;
      const amounts = { quantity: formatAmount(quantity), price: formatAmount(price) };
      bus.publish('fill', { clientOrderId, symbol, side, ...amounts });
    } else if (record.kind === 'cycle') {
      bus.publish('cycle', { cycleId: record.payload.id, slot: toIso(record.payload.slot) });
    } else if (record.kind === 'trading-state') {
      bus.publish('trading-state', { state: record.payload.state, reason: record.payload.reason });
    }
  }
  const last = records.at(-1);
  if (last) bus.publish('account', { account: last.account, sequence: last.sequence });
}
