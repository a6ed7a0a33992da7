import { boolean, doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Repair } from '../../src/domain/quality.ts';
import { encoded, time } from '../columns.ts';

/** Every version of every bar. A corrected bar is a new row, so that a read as of an earlier time sees what was known. */
export const bars = pgTable(
  'bars',
  {
    symbol: text().notNull(),
    interval: text().notNull(),
    source: text().notNull(),
    openTime: time().notNull(),
    version: integer().notNull(),
    closeTime: time().notNull(),
    open: doublePrecision().notNull(),
    high: doublePrecision().notNull(),
    low: doublePrecision().notNull(),
    close: doublePrecision().notNull(),
    volume: doublePrecision().notNull(),
    receiveTime: time().notNull(),
    backfilled: boolean().notNull(),
    simulated: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.symbol, table.interval, table.source, table.openTime, table.version] })],
);

/**
 * What is stored of each series, kept by a trigger on `bars`, so that every way of writing them counts and no question
 * about history has to: a million bars take a second to count.
 */
export const barSeries = pgTable(
  'bar_series',
  {
    symbol: text().notNull(),
    interval: text().notNull(),
    source: text().notNull(),
    simulated: boolean().notNull(),
    /** Bars, not versions of them. */
    bars: integer().notNull(),
    from: time().notNull(),
    to: time().notNull(),
  },
  (table) => [primaryKey({ columns: [table.symbol, table.interval, table.source] })],
);

/** Bars that failed a check, kept apart with the reason. `at` is the row's own text where no time could be read. */
export const quarantine = pgTable(
  'quarantine',
  {
    symbol: text().notNull(),
    interval: text().notNull(),
    source: text().notNull(),
    at: text().notNull(),
    flag: text().notNull(),
    row: integer(),
    reason: text().notNull(),
    receiveTime: time().notNull(),
    /** Values as they came, null where one is no number; absent where the row could not be read as a bar. */
    bar: encoded<Record<string, number | boolean | null>>(),
    repair: encoded<Repair>(),
    settledAs: text(),
    rule: text(),
    settledTime: time(),
  },
  (table) => [
    primaryKey({ columns: [table.symbol, table.interval, table.source, table.at, table.flag] }),
    index().on(table.symbol, table.receiveTime),
  ],
);
