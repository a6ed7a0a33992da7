import { and, arrayContains, desc, eq, gte, lte } from 'drizzle-orm';
import type { NewsItem } from '../src/domain/news.ts';
import type { NewsStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { news } from './tables/index.ts';

export function newsStore({ db }: Database): NewsStore {
  return {
    async write(items) {
      for (let from = 0; from < items.length; from += 1_000) {
        const rows = items.slice(from, from + 1_000).map(({ summary, url, simulated, ...item }) => ({
          ...item,
          headline: storable(item.headline),
          summary: summary === undefined ? null : storable(summary),
          url: url === undefined ? null : storable(url),
          symbols: [...item.symbols],
          simulated: simulated === true,
        }));
        await db.insert(news).values(rows).onConflictDoNothing();
      }
    },

    /** Newest first. */
    async read({ symbol, asOf, from, limit, simulated }) {
      const rows = await db
        .select()
        .from(news)
        .where(
          and(
            lte(news.eventTime, asOf),
            gte(news.eventTime, from),
            symbol === undefined ? undefined : arrayContains(news.symbols, [symbol]),
            simulated === undefined ? undefined : eq(news.simulated, simulated),
          ),
        )
        .orderBy(desc(news.eventTime), news.id)
        .limit(limit);
      return rows.map(({ tier, summary, url, simulated, ...row }) => ({
        ...row,
        tier: tier as NewsItem['tier'],
        ...(summary === null ? {} : { summary }),
        ...(url === null ? {} : { url }),
        ...(simulated ? { simulated } : {}),
      }));
    },
  };
}

/** PostgreSQL text holds no NUL; strangers' headlines sometimes do. */
const storable = (text: string) => text.replaceAll('\0', '');
