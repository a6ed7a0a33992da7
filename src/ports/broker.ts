import type { Fill, Order } from '../domain/order.ts';
import type { Timestamp } from '../domain/time.ts';

export type BrokerEvent =
  | {
      kind: 'order';
      clientOrderId: string;
      status: Order['status'];
      reason?: string;
      brokerOrderId?: string;
      order?: Order;
      eventTime: Timestamp;
    }
  | { kind: 'fill'; fill: Fill };

/**
 * One broker. `submit` is idempotent by clientOrderId: the same id twice is one order. It resolves when the broker
 * holds the order, throws AppError `broker_rejected` only for a definitive refusal; anything else that fails throws
 * `broker_unknown` and must be reconciled, never retried.
 */
export interface Broker {
  name: string;
  mode: 'paper' | 'live';
  submit(order: Order): Promise<{ brokerOrderId: string }>;
  /** Idempotent; unknown ids throw `not_found`. */
  cancel(clientOrderId: string): Promise<void>;
  order(clientOrderId: string): Promise<Order | undefined>;
  openOrders(): Promise<Order[]>;
  fillsSince(time: Timestamp): Promise<Fill[]>;
  /** Order and fill events in order; returns the unsubscribe function. */
  onEvent(listener: (event: BrokerEvent) => void | Promise<void>): () => void;
  close(): Promise<void>;
}
