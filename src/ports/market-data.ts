import type { Bar } from '../domain/bar.ts';
import type { CorporateAction } from '../domain/corporate-action.ts';
import type { AssetClass, Instrument, Resolution, SessionKind } from '../domain/instrument.ts';
import type { MacroObservation, MacroSeries } from '../domain/macro.ts';
import type { OrderBook } from '../domain/order-book.ts';
import type { Quality } from '../domain/quality.ts';
import type { Quote } from '../domain/quote.ts';
import type { Tick } from '../domain/tick.ts';
import type { Duration, Interval, Timestamp } from '../domain/time.ts';
import type { OpenVendorStream } from './stream.ts';

/** One vendor. Throws AppError `unavailable` (with cause) when it fails; returns [] only when no bars exist. */
export interface MarketDataProvider {
  name: string;
  simulated: boolean;
  /** Why it is not offered (a missing key, OFFLINE), or undefined when it is. */
  unavailable?: string;
  assetClasses: readonly AssetClass[];
  intervals: readonly Interval[];
  /**
   * Complete and forming bars with openTime in [from, to), oldest first, times in UTC, all hours that the vendor has.
   * Prices as they were traded, neither adjusted for splits nor dividends: `corporateActions` says how to adjust them.
   */
  bars(request: {
    instrument: Instrument;
    interval: Interval;
    from: Timestamp;
    to: Timestamp;
    signal?: AbortSignal;
  }): Promise<Bar[]>;
  /** The vendor has no prices as they were traded, only adjusted ones; they are then left as they are. */
  barsAreAdjusted?: boolean;
  quote?(instrument: Instrument, signal?: AbortSignal): Promise<Quote>;
  /** Prints with eventTime in [from, to), oldest first, at most `limit` of the newest. */
  ticks?(request: {
    instrument: Instrument;
    from: Timestamp;
    to: Timestamp;
    limit: number;
    signal?: AbortSignal;
  }): Promise<Tick[]>;
  /** The best `depth` levels now. */
  book?(instrument: Instrument, depth: number, signal?: AbortSignal): Promise<OrderBook>;
  /** Splits and dividends with effectiveTime in [from, to), oldest first. */
  corporateActions?(request: ActionsRequest): Promise<CorporateAction[]>;
  /** Results that were published or are to be, likewise; a day that is only expected says so. */
  earnings?(request: ActionsRequest): Promise<CorporateAction[]>;
  /** What it lists under a spelling that the registry does not know. */
  listings?(spelling: string, signal?: AbortSignal): Promise<Listings>;
  /** Live prices, where the vendor pushes them. */
  stream?: OpenVendorStream;
  /** What the vendor's published terms allow; conclave.yaml may say less or, with a larger plan, more. */
  budget?: VendorBudget;
}

export interface ActionsRequest {
  instrument: Instrument;
  from: Timestamp;
  to: Timestamp;
  signal?: AbortSignal;
}

/** A vendor's answer to a name. */
export interface Listings {
  /** Best first, at most ten, with the terms that the listing tells or that are usual at its exchange. */
  instruments: Instrument[];
  /** Why what is listed under exactly this name cannot be used here, in a sentence for people. */
  reason?: string;
}

/** Calls allowed in a stretch of time: a token bucket that holds `calls` and fills evenly over `perMs`. */
export interface VendorBudget {
  calls: number;
  perMs: Duration;
  /** A second limit beside it, where the vendor has one, e.g. 25 a day. */
  day?: number;
  /** How many of `calls` one call to an address counts for, where the vendor weighs them; 1 by default. */
  weight?: (url: URL) => number;
}

/** One source of macro series. The same rules as for MarketDataProvider. */
export interface MacroProvider {
  name: string;
  simulated: boolean;
  unavailable?: string;
  series(id: string, signal?: AbortSignal): Promise<MacroSeries>;
  /** Every release of every period in [from, to), oldest period first, then oldest release. */
  observations(request: {
    series: string;
    from: Timestamp;
    to: Timestamp;
    signal?: AbortSignal;
  }): Promise<MacroObservation[]>;
}

/** A macro series as it was known at a moment. */
export interface MacroHistory {
  series: MacroSeries;
  /** One value per period, oldest first. */
  observations: MacroObservation[];
  notices: string[];
}

/** The sources of macro series over the store. */
export interface MacroData {
  /**
   * The last `limit` periods that begin in [from, to], each with the value that was current at asOf (default: now). A
   * source is asked once a day; notices say when it could not be. Throws `not_found` for a series that no source has,
   * `unavailable` when none can be asked and nothing is stored.
   */
  read(request: {
    series: string;
    asOf?: Timestamp;
    from?: Timestamp;
    to?: Timestamp;
    limit: number;
  }): Promise<MacroHistory>;
  providers(): readonly Pick<MacroProvider, 'name' | 'simulated' | 'unavailable'>[];
}

/** raw: as traded; split: one scale over all splits known at asOf; all: dividends taken out as well. */
export const adjustments = ['raw', 'split', 'dividend', 'all'] as const;
export type Adjustment = (typeof adjustments)[number];

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
  session?: SessionKind;
  adjustment?: Adjustment;
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
    /** regular by default where the exchange has such hours; days and longer are never cut. */
    session?: SessionKind;
    /** split by default: what a chart and an indicator need. Only actions effective by asOf count. */
    adjustment?: Adjustment;
    signal?: AbortSignal;
  }): Promise<History>;
  quote(symbol: string, asOf?: Timestamp): Promise<Quote>;
  /** The best `depth` levels now. Throws `not_found` where no vendor shows a book, `unavailable` where none answers. */
  book(symbol: string, depth: number, signal?: AbortSignal): Promise<OrderBook>;
  /** Finds the instrument of a spelling. Throws `unknown_symbol` (details.suggestions) or `ambiguous_symbol`. */
  resolve(spelling: string): Instrument;
  /**
   * The same answer as a value, and further than `resolve`: what the registry does not know is looked for in vendors'
   * listings. Only what is listed under exactly this name is found; it is added for good, so that `resolve` knows it.
   */
  find(spelling: string, signal?: AbortSignal): Promise<Resolution>;
  /**
   * Splits, dividends and earnings of a share as known at asOf, earliest first. Vendors are asked once a day; notices say
   * when none could be, so that nobody takes what is not known for what is not there.
   */
  corporateActions(request: {
    symbol: string;
    asOf?: Timestamp;
    from?: Timestamp;
    to?: Timestamp;
    kinds?: readonly CorporateAction['kind'][];
    signal?: AbortSignal;
  }): Promise<{ actions: CorporateAction[]; notices: string[] }>;
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
  /** Calls that may go out at once, and how many the bucket holds; absent where there is no limit. */
  budget?: { left: number; of: number; perMs: Duration; dayLeft?: number };
}
