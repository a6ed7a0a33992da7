import type { Bar } from '../domain/bar.ts';
import type { Fill, Order } from '../domain/order.ts';
import type { Quote } from '../domain/quote.ts';
import type { Timestamp } from '../domain/time.ts';
import type { BrokerEvent } from './broker.ts';

/** An order that the simulated exchange holds, with what matching must remember of it. */
export interface Resting {
  order: Order;
  /** Best price that a trailing stop has seen: highest bid for a sell, lowest ask for a buy. */
  extreme?: number;
  /** A stop-limit whose stop was reached rests as a limit. */
  triggered?: boolean;
}

/** All that an exchange must remember to go on after a restart. Amounts are bigint: write it with `encodeJson`. */
export interface ExchangeState {
  resting: Resting[];
  closed: Order[];
  fills: Fill[];
  /** Net quantity per symbol, negative is short: what reduce-only orders may take away. */
  positions: Record<string, bigint>;
  /** Which of them were made at simulated prices. */
  simulated?: string[];
  /** Of the last accepted order. */
  sequence: number;
}

export type BarPrices = Pick<Bar, 'openTime' | 'closeTime' | 'open' | 'high' | 'low' | 'close' | 'volume'>;

/**
 * A simulated exchange for one account: synchronous, without a clock, the same in the backtest and behind the paper
 * broker. Every call returns what happened, in order.
 */
export interface Exchange {
  /** Idempotent by clientOrderId. Throws AppError `broker_rejected` for an order that it cannot hold. */
  submit(order: Order, at: Timestamp): BrokerEvent[];
  /** Idempotent for closed orders; unknown ids throw `not_found`. */
  cancel(clientOrderId: string, at: Timestamp): BrokerEvent[];
  /** Matches what rests against a complete bar of mid prices. `receivedAt` is when the desk learns of the fills. */
  /** A bar whose kind is given, simulated or not, meets only orders of that kind; so does every quote. */
  onBar(symbol: string, bar: BarPrices, receivedAt?: Timestamp, simulated?: boolean): readonly BrokerEvent[];
  onQuote(quote: Quote, receivedAt?: Timestamp): readonly BrokerEvent[];
  /** Whether any order of the symbol rests here. */
  rests(symbol: string): boolean;
  order(clientOrderId: string): Order | undefined;
  openOrders(): Order[];
  fills(): readonly Fill[];
  state(): ExchangeState;
  /**
   * Forgets the oldest closed orders beyond `keep`, with their fills, and hands them over for the archive; nothing while
   * there are fewer than `batch` of them.
   */
  trim(keep: number, batch: number): { orders: Order[]; fills: Fill[] };
}
