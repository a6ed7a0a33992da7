import type { Instrument } from '../../domain/instrument.ts';
import { type Duration, SECOND } from '../../domain/time.ts';
import type { FeedStatus, LiveEvent, LiveMarket } from '../../ports/live-market.ts';
import { createFeed, type Feed } from './feed.ts';
import { type Demand, joinReplicas, type ReplicaOptions } from './replicas.ts';
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
  /** Where several processes are replicas of one desk; without it this one follows the source for itself. */
  replicas?: ReplicaOptions;
}

/** Live prices of this process: a feed a symbol while someone follows it, fed by the source here or by another replica. */
export function createLiveMarket(options: LiveMarketOptions): LiveMarket {
  const { clock, instrumentOf, recentTicks, linger = LINGER, onFailure } = options;
  const source = createSource(options);
  const feeds = new Map<string, Feed>();
  /** Numbers go on where they ended, also after nobody followed for a while. */
  const sequences = new Map<string, number>();
  let beating: AbortController | undefined;
  const replicas =
    options.replicas &&
    joinReplicas({ ...options.replicas, clock }, { demand, event: accept, wanted, held, notice: options.notice });
  const holding = () => replicas?.holding() ?? true;
  const raise = (symbol: string, sequence: number) =>
    sequences.set(symbol, Math.max(sequence, sequences.get(symbol) ?? 0));

  function open(symbol: string): Feed {
    const feed = createFeed({
      instrument: instrumentOf(symbol),
      clock,
      recentTicks,
      sequence: sequences.get(symbol) ?? 0,
      onPublished: (event) => {
        raise(symbol, event.sequence);
        replicas?.tell(event);
      },
      onFailure,
    });
    feeds.set(symbol, feed);
    if (holding()) start(feed);
    if (!beating) void beat();
    return feed;
  }

  function start(feed: Feed) {
    const { symbol } = feed.instrument;
    source.start(feed, () => feed.wantsBars() || (replicas?.wants(symbol).some(({ bars }) => bars) ?? false));
  }

  function shut(symbol: string) {
    feeds.get(symbol)?.end();
    feeds.delete(symbol);
    source.stop(symbol);
  }

  function demand(): Demand {
    const followed = [...feeds].filter(([, feed]) => feed.followers() > 0);
    return Object.fromEntries(
      followed.map(([symbol, feed]) => [
        symbol,
        { sequence: feed.sequence(), quoted: feed.quote() !== undefined, bars: feed.wantsBars() },
      ]),
    );
  }

  function accept(event: LiveEvent) {
    raise(event.symbol, event.sequence);
    if (!holding()) feeds.get(event.symbol)?.accept(event);
  }

  function wanted(symbols: Demand) {
    for (const [symbol, { sequence, quoted }] of Object.entries(symbols)) {
      raise(symbol, sequence);
      feeds.get(symbol)?.raise(sequence);
      if (!holding()) continue;
      const known = (feeds.get(symbol) ?? open(symbol)).quoted();
      if (known && !quoted) replicas?.tell(known);
    }
  }

  function held(now: boolean) {
    for (const [symbol, feed] of feeds) {
      if (!now) {
        source.stop(symbol);
        continue;
      }
      feed.raise(sequences.get(symbol) ?? 0);
      // What came while nobody held the connections is lost to all.
      if (feed.lastEventAt() !== undefined) feed.publishAway(feed.lastEventAt());
      start(feed);
    }
    if (now) for (const symbols of replicas?.wanted() ?? []) wanted(symbols);
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
        const needed = holding() && replicas && replicas.wants(symbol).length > 0;
        if (idleSince !== undefined && now - idleSince >= linger && !needed) shut(symbol);
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
      local: holding(),
    };
  }

  return {
    follow(symbol, listener, followOptions = {}) {
      const feed = feeds.get(symbol) ?? open(symbol);
      const news = feed.followers() === 0;
      const end = feed.follow(listener, followOptions);
      if (news) replicas?.announce();
      replicas?.join();
      return end;
    },
    recentTicks: (symbol, limit) => feeds.get(symbol)?.ticks(limit) ?? [],
    quote: (symbol) => feeds.get(symbol)?.quote(),
    book: (symbol) => feeds.get(symbol)?.book(),
    status: () => [...feeds].map(statusOf),
    async close() {
      beating?.abort();
      await replicas?.close();
      for (const symbol of [...feeds.keys()]) shut(symbol);
      await source.close();
    },
  };
}
