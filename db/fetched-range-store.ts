import { and, asc, eq, gte, lte } from 'drizzle-orm';
import type { FetchedRangeStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { fetchedRanges } from './tables/index.ts';

type Key = Parameters<FetchedRangeStore['list']>[0];

const of = ({ symbol, interval, source }: Key) =>
  and(eq(fetchedRanges.symbol, symbol), eq(fetchedRanges.interval, interval), eq(fetchedRanges.source, source));

export function fetchedRangeStore({ db }: Database): FetchedRangeStore {
  return {
    async add(range) {
      if (range.from >= range.to) return;
      await db.transaction(async (transaction) => {
        // Two that add at once must not each miss the other: joined ranges are read and replaced as one step.
        await transaction.execute('lock table fetched_ranges in share row exclusive mode');
        const touching = await transaction
          .delete(fetchedRanges)
          .where(and(of(range), lte(fetchedRanges.from, range.to), gte(fetchedRanges.to, range.from)))
          .returning();
        const from = Math.min(range.from, ...touching.map((each) => each.from));
        const to = Math.max(range.to, ...touching.map((each) => each.to));
        await transaction.insert(fetchedRanges).values({ ...range, from, to });
      });
    },
    list: (key) =>
      db
        .select({ from: fetchedRanges.from, to: fetchedRanges.to })
        .from(fetchedRanges)
        .where(of(key))
        .orderBy(asc(fetchedRanges.from)),
  };
}
