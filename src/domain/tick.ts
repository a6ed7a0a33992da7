import type { Timestamp } from './time.ts';

/** One print: a quantity that changed hands at a price. Observed, so numbers. */
export interface Tick {
  symbol: string;
  price: number;
  /** Base units, shares or coins; 0 where the vendor tells no size. */
  size: number;
  /** Who took the liquidity, where the vendor tells. */
  side?: 'buy' | 'sell';
  eventTime: Timestamp;
  receiveTime: Timestamp;
  source: string;
  /** The vendor's own number of the print: the same number is the same print. */
  id?: string;
  simulated?: boolean;
}
