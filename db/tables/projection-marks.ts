import { integer, pgTable, text } from 'drizzle-orm/pg-core';

/** How far the projections of an account have read its journal. */
export const projectionMarks = pgTable('projection_marks', {
  account: text().primaryKey(),
  journalSequence: integer().notNull(),
  hash: text().notNull(),
});
