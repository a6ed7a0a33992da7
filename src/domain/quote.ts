import type { Timestamp } from './time.ts';

/** Best bid and ask, observed. A bar-derived quote (close ± half the typical spread) says so in `source`. */
export interface Quote {
  symbol: string;
  bid: number;
  ask: number;
  eventTime: Timestamp;
  receiveTime: Timestamp;
  source: string;
  simulated?: boolean;
}

export const midPrice = (quote: Pick<Quote, 'bid' | 'ask'>) => (quote.bid + quote.ask) / 2;
