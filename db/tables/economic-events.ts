import { boolean, doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { time } from '../columns.ts';

/** Every version of every scheduled release: a changed forecast or outcome is another row. Never updated. */
export const economicEvents = pgTable(
  'economic_events',
  {
    id: text().notNull(),
    /** From 1. */
    version: integer().notNull(),
    name: text().notNull(),
    currency: text().notNull(),
    impact: text().notNull(),
    eventTime: time().notNull(),
    announcedTime: time().notNull(),
    /** When the market could know this version; `event_time` is taken by the release. */
    knownTime: time().notNull(),
    receiveTime: time().notNull(),
    previous: doublePrecision(),
    forecast: doublePrecision(),
    actual: doublePrecision(),
    unit: text(),
    source: text().notNull(),
    simulated: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.id, table.version] }), index().on(table.eventTime)],
);
