import type { Instrument } from '../../domain/instrument.ts';
import { type Duration, SECOND } from '../../domain/time.ts';
import type { FeedStatus, LiveEvent, LiveMarket } from '../../ports/live-market.ts';
import { createFeed, type Feed } from './feed.ts';
import { createSource, type SourceOptions } from './source.ts';

const BEAT = SECOND;
/** A page that changes its view leaves and comes back: the upstream waits so long. */
const LINGER = 10 * SECOND;

export interface LiveMarketOptions extends SourceOptions {
  /** Throws for a symbol that is not there. */
  instrumentOf: (symbol: string) => Instrument;
  /** Ticks kept for each symbol. */
  recentTicks: number;
  linger?: Duration;
  onFailure: (failure: unknown) => void;
}

/** Live prices of this process: a feed a symbol while someone follows it, all fed by one source. */
export function createLiveMarket(options: LiveMarketOptions): LiveMarket {
  const { clock, instrumentOf, recentTicks, linger = LINGER, onFailure } = options;
  const source = createSource(options);
  const feeds = new Map<string, Feed>();
  /** Numbers go on where they ended, also after nobody followed for a while. */
  const sequences = new Map<string, number>();
  let beating: AbortController | undefined;

  function open(symbol: string): Feed {
    const feed = createFeed({
      instrument: instrumentOf(symbol),
      clock,
      recentTicks,
      sequence: sequences.get(symbol) ?? 0,
      onPublished: (event) => sequences.set(symbol, event.sequence),
      onFailure,
    });
    feeds.set(symbol, feed);
    source.start(feed, feed.wantsBars);
    if (!beating) void beat();
    return feed;
  }

  function shut(symbol: string) {
    feeds.get(symbol)?.end();
    feeds.delete(symbol);
    source.stop(symbol);
  }

  async function beat() {
    const own = new AbortController();
    beating = own;
    while (feeds.size > 0 && !own.signal.aborted) {
      await clock.sleep(BEAT, own.signal).catch(() => undefined);
      if (own.signal.aborted) return;
      const now = clock.now();
      source.beat(now);
      for (const [symbol, feed] of feeds) {
        const idleSince = feed.idleSince();
        if (idleSince !== undefined && now - idleSince >= linger) shut(symbol);
      }
    }
    beating = undefined;
  }

  function statusOf([symbol, feed]: [string, Feed]): FeedStatus {
    const lastEventAt = feed.lastEventAt();
    return {
      symbol,
      vendor: source.vendorOf(symbol) ?? feed.quote()?.source ?? 'none yet',
      followers: feed.followers(),
      sequence: feed.sequence(),
      ...(lastEventAt === undefined ? {} : { lastEventAt }),
      stale: feed.stale(),
      rejected: source.rejected(symbol),
      local: true,
    };
  }

  return {
    follow: (symbol: string, listener: (event: LiveEvent) => void, followOptions = {}) =>
      (feeds.get(symbol) ?? open(symbol)).follow(listener, followOptions),
    recentTicks: (symbol, limit) => feeds.get(symbol)?.ticks(limit) ?? [],
    quote: (symbol) => feeds.get(symbol)?.quote(),
    book: (symbol) => feeds.get(symbol)?.book(),
    status: () => [...feeds].map(statusOf),
    async close() {
      beating?.abort();
      for (const symbol of [...feeds.keys()]) shut(symbol);
      await source.close();
    },
  };
}
