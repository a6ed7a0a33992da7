/** A public feed. Tier 1 is a regulator or central bank, 2 established press, 3 anyone. */
export interface Feed {
  /** Names the source of its items. */
  name: string;
  url: string;
  tier: 1 | 2 | 3;
}

/** Read when the configuration names no feeds: public, keyless, made for readers like this one. */
export const defaultFeeds: readonly Feed[] = [
  { name: 'European Central Bank', url: 'https://www.ecb.europa.eu/rss/press.html', tier: 1 },
  { name: 'Federal Reserve', url: 'https://www.federalreserve.gov/feeds/press_all.xml', tier: 1 },
  { name: 'Bank of England', url: 'https://www.bankofengland.co.uk/rss/news', tier: 1 },
  { name: 'SEC', url: 'https://www.sec.gov/news/pressreleases.rss', tier: 1 },
  { name: 'MarketWatch', url: 'https://feeds.content.dowjones.io/public/rss/mw_topstories', tier: 2 },
  { name: 'BBC Business', url: 'https://feeds.bbci.co.uk/news/business/rss.xml', tier: 2 },
  { name: 'Guardian Business', url: 'https://www.theguardian.com/uk/business/rss', tier: 2 },
  { name: 'CoinDesk', url: 'https://www.coindesk.com/arc/outboundfeeds/rss/', tier: 2 },
];

/** A feed of the configuration: its host is its name, and its tier that of a known feed of the same host, else 3. */
export function feedOf(url: string): Feed {
  const { host, pathname } = new URL(url);
  const known = defaultFeeds.find((feed) => feed.url === url);
  if (known) return known;
  const tier = defaultFeeds.find((feed) => new URL(feed.url).host === host)?.tier ?? 3;
  return { name: `${host.replace(/^www\./, '')}${pathname.replace(/\/$/, '')}`, url, tier };
}
