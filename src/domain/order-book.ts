import type { Timestamp } from './time.ts';

/** Price and quantity resting at it. */
export type BookLevel = readonly [price: number, quantity: number];

/** The best levels of both sides, best first. */
export interface OrderBook {
  symbol: string;
  bids: readonly BookLevel[];
  asks: readonly BookLevel[];
  /** The vendor's number of the last change it contains. */
  sequence: number;
  eventTime: Timestamp;
  receiveTime: Timestamp;
  source: string;
  simulated?: boolean;
}
