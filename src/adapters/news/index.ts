import type { NewsProvider } from '../../ports/news.ts';
import { defaultFeeds, feedOf } from './feeds.ts';
import { type RssOptions, rssFeed } from './rss.ts';
import { simulatedNews } from './simulated.ts';

export { defaultFeeds, type Feed, feedOf } from './feeds.ts';

/** Every kind of source of news: one file, its line here, and it passes `testing/news-contract.ts`. */
export const newsProviders = { rss: rssFeed, simulated: simulatedNews } as const;

export interface NewsSettings {
  /** Web addresses of feeds; the default list when absent, none when empty. */
  feeds?: readonly string[];
  offline: boolean;
  /** Of the simulated market, so that its news fits its prices. */
  seed: number;
}

/** One provider per feed, so that each fails by itself, and the simulated one. */
export function createNewsProviders(
  { feeds, offline, seed }: NewsSettings,
  options: Omit<RssOptions, 'unavailable'>,
): NewsProvider[] {
  const unavailable = offline ? 'OFFLINE is set' : undefined;
  const named = new Map((feeds?.map(feedOf) ?? defaultFeeds).map((feed) => [feed.url, feed]));
  return [
    ...[...named.values()].map((feed) => newsProviders.rss(feed, { ...options, unavailable })),
    newsProviders.simulated({ clock: options.clock, seed }),
  ];
}
