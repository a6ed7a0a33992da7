import { pgTable, text } from 'drizzle-orm/pg-core';
import type { Instrument } from '../../src/domain/instrument.ts';
import { encoded, time } from '../columns.ts';

/** What vendors' listings or a person added to the instruments that every desk knows. */
export const instruments = pgTable('instruments', {
  symbol: text().primaryKey(),
  instrument: encoded<Instrument>().notNull(),
  source: text().notNull(),
  addedAt: time().notNull(),
});
