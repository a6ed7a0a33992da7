import { boolean, doublePrecision, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { time } from '../columns.ts';

export const quotes = pgTable(
  'quotes',
  {
    symbol: text().notNull(),
    eventTime: time().notNull(),
    source: text().notNull(),
    bid: doublePrecision().notNull(),
    ask: doublePrecision().notNull(),
    receiveTime: time().notNull(),
    simulated: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.symbol, table.eventTime, table.source] })],
);
