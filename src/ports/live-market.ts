import type { Bar } from '../domain/bar.ts';
import type { OrderBook } from '../domain/order-book.ts';
import type { Quote } from '../domain/quote.ts';
import type { Tick } from '../domain/tick.ts';
import type { Duration, Interval, Timestamp } from '../domain/time.ts';

/** What can be new about a symbol. */
export type LiveFact =
  | { kind: 'quote'; quote: Quote }
  | { kind: 'tick'; tick: Tick }
  | { kind: 'bar'; interval: Interval; bar: Bar; complete: boolean }
  | { kind: 'book'; book: OrderBook }
  /**
   * Events between `from` and `to` are lost to this follower, or (`disconnected`) the vendor was away from `since` on.
   * Its own sequence is `to`.
   */
  | { kind: 'gap'; from: number; to: number; reason: 'slow' | 'expired' | 'disconnected'; since?: Timestamp }
  /** Nothing came for so long although the session is open; `false` when the feed is back. */
  | { kind: 'stale'; stale: boolean; silentMs: Duration };

/** A numbered fact: `sequence` counts per symbol from 1 without holes, over all kinds and replicas. */
export type LiveEvent = { symbol: string; sequence: number; at: Timestamp } & LiveFact;

export interface FollowOptions {
  kinds?: readonly LiveEvent['kind'][];
  /**
   * At most one event of a kind and symbol per so many milliseconds: the newest wins; bars that are complete, gaps and
   * staleness always come. Events of one kind come in order; of two kinds, one may have waited longer.
   */
  everyMs?: Duration;
  /** Resume: everything after this sequence that is still held comes first, else a `gap` marker. */
  after?: number;
  /**
   * Asked before each event: true when the follower cannot take more now. Then the newest of each kind waits for it, and
   * a `gap` marker stands for what could not.
   */
  behind?: () => boolean;
}

export interface FeedStatus {
  symbol: string;
  vendor: string;
  followers: number;
  sequence: number;
  lastEventAt?: Timestamp;
  stale: boolean;
  /** Prints and quotes that were no market: not positive, or crossed. */
  rejected: number;
  /** This process holds the vendor's connection; otherwise another replica does and the bus brings the events. */
  local: boolean;
}

/** Live prices: one upstream per symbol however many follow it. */
export interface LiveMarket {
  /**
   * Returns the function that ends it. The last one to leave ends the upstream, after a short linger. Before it returns,
   * the listener has what `after` asked for or, without it, the newest quote where one is known. `symbol` is canonical.
   */
  follow(symbol: string, listener: (event: LiveEvent) => void, options?: FollowOptions): () => void;
  /** The newest ticks, oldest first, at most `limit`. */
  recentTicks(symbol: string, limit?: number): Tick[];
  quote(symbol: string): Quote | undefined;
  book(symbol: string): OrderBook | undefined;
  status(): FeedStatus[];
  close(): Promise<void>;
}
