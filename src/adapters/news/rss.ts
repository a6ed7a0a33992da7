import { createHash } from 'node:crypto';
import { AppError } from '../../domain/errors.ts';
import type { NewsItem } from '../../domain/news.ts';
import { MINUTE, type Timestamp } from '../../domain/time.ts';
import type { NewsProvider } from '../../ports/news.ts';
import type { Feed } from './feeds.ts';
import { type FetchFeedOptions, fetchFeed } from './fetch-feed.ts';
import { type FeedEntry, parseFeed } from './parse-feed.ts';

export interface RssOptions extends FetchFeedOptions {
  /** Symbols of the instruments that a clean text speaks of: an allow-list of names, never a guess. */
  entitiesOf(text: string): readonly string[];
  /** Outsider's text without markup, links and hidden characters, at most `cap` characters. */
  cleanText(text: string, cap?: number): string;
  /** Why the network is not asked, e.g. because OFFLINE is set. */
  unavailable?: string;
  /** Told of entries that were left out. */
  notice?: (text: string) => void;
}

/** A feed is read at most this often, and one that failed is left alone as long. */
const FRESH_MS = 5 * MINUTE;
/** Clocks of publishers run ahead a little; what claims to be later than this did not happen yet. */
const AHEAD_MS = 10 * MINUTE;
const SUMMARY_CAP = 500;

/**
 * News of one public feed. It is read whole and at most every five minutes, whichever symbols are asked about; items
 * keep the time at which they were first seen, and their text stays an outsider's.
 */
export function rssFeed(feed: Feed, options: RssOptions): NewsProvider {
  const { clock } = options;
  let reading: { at: Timestamp; items: Promise<NewsItem[]> } | undefined;
  let seen = new Map<string, NewsItem>();

  async function readFeed(): Promise<NewsItem[]> {
    const entries = await parseFeed(await fetchFeed(feed.url, options), feed.name);
    const items = new Map<string, NewsItem>();
    let undated = 0;
    let future = 0;
    const now = clock.now();
    for (const entry of entries) {
      if (entry.published === undefined) undated++;
      else if (entry.published > now + AHEAD_MS) future++;
      else {
        const item = itemOf(feed, entry, entry.published, now, options);
        // Without words there is no news.
        if (item.headline !== '' && !items.has(item.id)) items.set(item.id, seen.get(item.id) ?? item);
      }
    }
    if (undated > 0) options.notice?.(`${feed.name}: ${undated} of ${entries.length} items have no date.`);
    if (future > 0) options.notice?.(`${feed.name}: ${future} of ${entries.length} items are dated in the future.`);
    if (entries.length > 0 && undated + future === entries.length) {
      throw new AppError('unavailable', `The feed ${feed.name} dates none of its ${entries.length} items usably.`);
    }
    seen = items;
    return [...items.values()].sort((a, b) => a.eventTime - b.eventTime || (a.id < b.id ? -1 : 1));
  }

  function read(): Promise<NewsItem[]> {
    if (!reading || clock.now() - reading.at >= FRESH_MS) reading = { at: clock.now(), items: readFeed() };
    return reading.items;
  }

  return {
    name: `rss ${feed.name}`,
    simulated: false,
    ...(options.unavailable === undefined ? {} : { unavailable: options.unavailable }),
    async latest({ symbols, from, to, signal }) {
      if (options.unavailable !== undefined) {
        throw new AppError('unavailable', `The feed ${feed.name} is not read: ${options.unavailable}.`);
      }
      signal?.throwIfAborted();
      const items = await abandonable(read(), signal);
      return items.filter(
        (item) =>
          item.eventTime >= from && item.eventTime <= to && item.symbols.some((symbol) => symbols.includes(symbol)),
      );
    },
  };
}

function itemOf(
  feed: Feed,
  entry: FeedEntry,
  published: Timestamp,
  now: Timestamp,
  { cleanText, entitiesOf }: RssOptions,
): NewsItem {
  const headline = cleanText(entry.title);
  const summary = cleanText(entry.summary ?? '', SUMMARY_CAP);
  const url = webAddress(entry.link, feed.url);
  return {
    id: `rss-${createHash('sha256').update(`${feed.url}\n${entry.key}`).digest('hex').slice(0, 24)}`,
    headline,
    ...(summary === '' || summary === headline ? {} : { summary }),
    ...(url === undefined ? {} : { url }),
    source: feed.name,
    tier: feed.tier,
    eventTime: Math.min(published, now),
    receiveTime: now,
    symbols: [...new Set(entitiesOf(headline))].sort(),
  };
}

/** A link that is safe to show: the web, without a user name in it. */
function webAddress(link: string | undefined, base: string): string | undefined {
  if (link === undefined || !URL.canParse(link, base)) return undefined;
  const url = new URL(link, base);
  const safe = (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '';
  return safe ? url.href : undefined;
}

/** The reading goes on for others when one caller leaves. */
function abandonable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
