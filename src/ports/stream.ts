import type { Bar } from '../domain/bar.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { OrderBook } from '../domain/order-book.ts';
import type { Quote } from '../domain/quote.ts';
import type { Tick } from '../domain/tick.ts';
import type { Interval } from '../domain/time.ts';

/** What a vendor can push for a symbol. */
export type Channel = 'tick' | 'quote' | 'bar' | 'book';

export type VendorEvent =
  | { kind: 'tick'; tick: Tick }
  | { kind: 'quote'; quote: Quote }
  /** `complete` is the vendor's word that the bar will not change any more. */
  | { kind: 'bar'; symbol: string; interval: Interval; bar: Bar; complete: boolean }
  | { kind: 'book'; book: OrderBook }
  /**
   * Signed in and subscribed: from now on events come. Also after each reconnect. `symbols`: where a vendor has several
   * connections, those that this one carries; absent, it is all of them. Likewise below.
   */
  | { kind: 'up'; symbols?: readonly string[] }
  /** Nothing comes until the next `up`; the connection is tried again by itself, with backoff and jitter. */
  | { kind: 'down'; reason: string; retryInMs: number; symbols?: readonly string[] }
  /** The vendor will not serve us (key refused, plan): no further try. */
  | { kind: 'refused'; reason: string; symbols?: readonly string[] }
  /** Something could not be understood; with `symbol`, the vendor does not serve that symbol. The rest goes on. */
  | { kind: 'fault'; reason: string; symbol?: string };

/** One connection to a vendor for all symbols of an account. Opened with the first symbol, closed with the last. */
export interface VendorStream {
  channels: readonly Channel[];
  /** Adds symbols; one already followed is left as it is. Survives reconnects. */
  follow(instruments: readonly Instrument[]): void;
  unfollow(symbols: readonly string[]): void;
  close(): Promise<void>;
}

/** `listener` is called synchronously, in the order of arrival. It must not throw. */
export type OpenVendorStream = (listener: (event: VendorEvent) => void) => VendorStream;
