import type { Bar } from '../domain/bar.ts';
import type { AssetClass, Instrument } from '../domain/instrument.ts';
import type { Quality } from '../domain/quality.ts';
import type { Quote } from '../domain/quote.ts';
import type { Interval, Timestamp } from '../domain/time.ts';

/** One vendor. Throws AppError `unavailable` (with cause) when it fails; returns [] only when no bars exist. */
export interface MarketDataProvider {
  name: string;
  simulated: boolean;
  /** Why it is not offered (a missing key, OFFLINE), or undefined when it is. */
  unavailable?: string;
  assetClasses: readonly AssetClass[];
  intervals: readonly Interval[];
  /** Complete and forming bars with openTime in [from, to), oldest first, times in UTC. */
  bars(request: {
    instrument: Instrument;
    interval: Interval;
    from: Timestamp;
    to: Timestamp;
    signal?: AbortSignal;
  }): Promise<Bar[]>;
  quote?(instrument: Instrument, signal?: AbortSignal): Promise<Quote>;
}

/** An answer about the past: which source, how good, how old. */
export interface History {
  symbol: string;
  interval: Interval;
  bars: Bar[];
  source: string;
  simulated: boolean;
  /** Close time of the newest bar. */
  asOf: Timestamp;
  quality: Quality;
  notices: string[];
}

/** The chain of vendors over the store. */
export interface MarketData {
  /**
   * The last `limit` complete bars known at asOf (default: now). Stored bars first, then vendors in order, then
   * imported bars, then the simulated market; never a mix of sources. Throws `not_enough_history` when below 2 bars.
   */
  history(request: {
    symbol: string;
    interval: Interval;
    limit: number;
    asOf?: Timestamp;
    from?: Timestamp;
    signal?: AbortSignal;
  }): Promise<History>;
  quote(symbol: string, asOf?: Timestamp): Promise<Quote>;
  /** Finds the instrument of a spelling. Throws `unknown_symbol` (details.suggestions) or `ambiguous_symbol`. */
  resolve(spelling: string): Instrument;
  instruments(): readonly Instrument[];
  vendors(): VendorStatus[];
}

export interface VendorStatus {
  name: string;
  offered: boolean;
  reason?: string;
  lastSuccess?: Timestamp;
  lastFailure?: { at: Timestamp; message: string };
  latencyMs?: number;
  breaker: 'closed' | 'open' | 'half-open';
}
