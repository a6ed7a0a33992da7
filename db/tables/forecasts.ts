import { boolean, doublePrecision, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { time } from '../columns.ts';

/** Projection of `forecast` and `forecast-settled` records: one row each, scored once. */
export const forecasts = pgTable(
  'forecasts',
  {
    id: text().primaryKey(),
    account: text().notNull(),
    journalSequence: integer().notNull(),
    decisionId: text().notNull(),
    analyst: text().notNull(),
    symbol: text().notNull(),
    interval: text().notNull(),
    direction: text().notNull(),
    probability: doublePrecision().notNull(),
    confidence: doublePrecision().notNull(),
    mark: doublePrecision().notNull(),
    madeAt: time().notNull(),
    settlesAt: time().notNull(),
    regime: text().notNull(),
    assetClass: text().notNull(),
    simulated: boolean(),
    settledAt: time(),
    settleMark: doublePrecision(),
    correct: boolean(),
    brier: doublePrecision(),
    logScore: doublePrecision(),
  },
  (table) => [index().on(table.settledAt, table.settlesAt), index().on(table.analyst, table.settledAt)],
);
