import { boolean, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { time } from '../columns.ts';

/** Which months of bars lie in Parquet files instead of `bars` (see db/bar-archive.ts). A row here is what makes a file count. */
export const barArchives = pgTable(
  'bar_archives',
  {
    symbol: text().notNull(),
    interval: text().notNull(),
    source: text().notNull(),
    /** As in `2025-03`, UTC. */
    month: text().notNull(),
    /** Grows when late bars of the month make its file anew. */
    generation: integer().notNull(),
    simulated: boolean().notNull(),
    /** Bars, not versions of them. */
    bars: integer().notNull(),
    from: time().notNull(),
    to: time().notNull(),
  },
  (table) => [primaryKey({ columns: [table.symbol, table.interval, table.source, table.month] })],
);
