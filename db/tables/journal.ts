import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { JournalRecord } from '../../src/domain/record.ts';
import { encoded, time } from '../columns.ts';

/** The journal where PostgreSQL is the store; embedded it is a file. Never updated, never deleted from. */
export const journal = pgTable(
  'journal',
  {
    account: text().notNull(),
    sequence: integer().notNull(),
    time: time().notNull(),
    kind: text().notNull(),
    payload: encoded<JournalRecord['payload']>().notNull(),
    previousHash: text().notNull(),
    hash: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.account, table.sequence] })],
);

/** One row per account: its lock makes writers take turns, its values spare the search for the last record. */
export const journalHeads = pgTable('journal_heads', {
  account: text().primaryKey(),
  sequence: integer().notNull(),
  hash: text().notNull(),
});
