import { boolean, doublePrecision, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { MacroSeries } from '../../src/domain/macro.ts';
import { encoded, time } from '../columns.ts';

export const macroSeries = pgTable('macro_series', {
  id: text().primaryKey(),
  series: encoded<MacroSeries>().notNull(),
  receiveTime: time().notNull(),
});

/** Every release of every period: a revision is another row. Never updated. */
export const macroObservations = pgTable(
  'macro_observations',
  {
    series: text().notNull(),
    period: time().notNull(),
    eventTime: time().notNull(),
    receiveTime: time().notNull(),
    value: doublePrecision().notNull(),
    source: text().notNull(),
    estimatedRelease: boolean().notNull(),
    simulated: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.series, table.period, table.eventTime] })],
);
