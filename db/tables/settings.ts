import { pgTable, text } from 'drizzle-orm/pg-core';
import { encoded, time } from '../columns.ts';

export const settings = pgTable('settings', {
  name: text().primaryKey(),
  value: encoded<unknown>().notNull(),
  changedBy: text().notNull(),
  changedAt: time().notNull(),
});
