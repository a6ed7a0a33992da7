import type { Fill, Order } from '../domain/order.ts';
import type { JournalRecord } from '../domain/record.ts';
import { filledOrder, isLost, reportedOrder, revives } from '../portfolio/orders.ts';

/** Orders and fills as records tell them, finished ones too; the account keeps only what is still open. */
export interface OrderBook {
  order(clientOrderId: string): Order | undefined;
  hasFill(id: string): boolean;
  putOrder(order: Order, sequence: number): void;
  putFill(fill: Fill, sequence: number): void;
}

/** One record's effect on the book. The same record twice, or a fill that was seen, changes nothing more. */
export function foldOrders(book: OrderBook, record: JournalRecord): void {
  switch (record.kind) {
    case 'intent': {
      const { order } = record.payload;
      const known = book.order(order.clientOrderId);
      // A lost order may be wished for again under its id.
      if (!known || (isLost(known) && order.createdAt >= known.updatedAt)) book.putOrder(order, record.sequence);
      return;
    }
    case 'order-event': {
      const event = record.payload;
      const known = book.order(event.clientOrderId);
      if (known && !revives(known, event)) book.putOrder(reportedOrder(known, event, record.time), record.sequence);
      else if (event.order) book.putOrder({ ...event.order, status: event.status }, record.sequence);
      return;
    }
    case 'fill': {
      const { fill } = record.payload;
      if (book.hasFill(fill.id)) return;
      book.putFill(fill, record.sequence);
      const order = book.order(fill.clientOrderId);
      if (order) book.putOrder(filledOrder(order, fill.quantity, fill.receiveTime), record.sequence);
      return;
    }
  }
}
