import { boolean, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { time } from '../columns.ts';

export const news = pgTable(
  'news',
  {
    id: text().primaryKey(),
    eventTime: time().notNull(),
    receiveTime: time().notNull(),
    source: text().notNull(),
    tier: integer().notNull(),
    headline: text().notNull(),
    summary: text(),
    url: text(),
    symbols: text().array().notNull(),
    simulated: boolean().notNull(),
  },
  (table) => [index().on(table.eventTime), index().using('gin', table.symbols)],
);
