import { boolean, doublePrecision, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { CycleRecord, DecisionRecord } from '../../src/domain/record.ts';
import { encoded, time } from '../columns.ts';

/** Projection of `decision` records; the columns are what lists are searched by, the record is the whole. */
export const decisions = pgTable(
  'decisions',
  {
    id: text().primaryKey(),
    account: text().notNull(),
    journalSequence: integer().notNull(),
    symbol: text().notNull(),
    interval: text().notNull(),
    asOf: time().notNull(),
    knownAt: time().notNull(),
    direction: text().notNull(),
    conviction: doublePrecision().notNull(),
    outcome: text().notNull(),
    origin: text().notNull(),
    cycleId: text(),
    simulated: boolean().notNull(),
    hash: text().notNull(),
    record: encoded<DecisionRecord>().notNull(),
  },
  (table) => [index().on(table.knownAt), index().on(table.symbol, table.knownAt)],
);

/** Projection of `cycle` records. */
export const cycles = pgTable(
  'cycles',
  {
    id: text().primaryKey(),
    account: text().notNull(),
    journalSequence: integer().notNull(),
    slot: time().notNull(),
    startedAt: time().notNull(),
    record: encoded<CycleRecord>().notNull(),
  },
  (table) => [index().on(table.slot), index().on(table.startedAt)],
);
