import { boolean, doublePrecision, index, pgTable, text } from 'drizzle-orm/pg-core';
import { time } from '../columns.ts';

export const economicEvents = pgTable(
  'economic_events',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    currency: text().notNull(),
    impact: text().notNull(),
    eventTime: time().notNull(),
    announcedTime: time().notNull(),
    previous: doublePrecision(),
    forecast: doublePrecision(),
    actual: doublePrecision(),
    unit: text(),
    source: text().notNull(),
    simulated: boolean().notNull(),
  },
  (table) => [index().on(table.eventTime)],
);
