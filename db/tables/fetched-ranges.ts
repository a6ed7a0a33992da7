import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { time } from '../columns.ts';

/** History that a vendor gave in full, so that it is fetched once. Ranges of one source are disjoint. */
export const fetchedRanges = pgTable(
  'fetched_ranges',
  {
    symbol: text().notNull(),
    interval: text().notNull(),
    source: text().notNull(),
    from: time().notNull(),
    to: time().notNull(),
  },
  (table) => [primaryKey({ columns: [table.symbol, table.interval, table.source, table.from] })],
);
