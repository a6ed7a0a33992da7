import type { Instrument } from './instrument.ts';
import type { Quality } from './quality.ts';
import type { Timestamp } from './time.ts';

/** What risk and sizing must know of one instrument at `asOf`. Observed, so numbers. */
export interface InstrumentMarket {
  instrument: Instrument;
  bid: number;
  ask: number;
  /** When the quote was true, and who said so. */
  quoteTime: Timestamp;
  source: string;
  simulated: boolean;
  quality: Quality;
  /** Average true range of the decision interval, in price. */
  atr: number;
  /** Standard deviation of one day's return, e.g. 0.006. */
  dailyVolatility: number;
  /** Average volume per bar of the decision interval; 0 where the market has none. */
  averageVolume: number;
  sessionOpen: boolean;
  /** When the session opens next, where it is closed. */
  nextOpen?: Timestamp;
  /** A high-impact release near asOf that touches it; null where none is. */
  blackout: { name: string; eventTime: Timestamp } | null;
  /** Quote currency to the account's; exact text comes from `amountOf`. */
  rate: number;
  regime: string;
}

/** The market as the synchronous core sees it. */
export interface Market {
  asOf: Timestamp;
  /** Account currency that every `rate` leads to. */
  currency: string;
  instruments: Record<string, InstrumentMarket>;
  /** Correlation of daily returns, keyed `A|B` with A < B; a missing pair counts as 0. */
  correlations: Record<string, number>;
}

export const correlationKey = (a: string, b: string) => (a < b ? `${a}|${b}` : `${b}|${a}`);
