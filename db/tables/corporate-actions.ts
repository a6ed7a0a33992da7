import { boolean, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { CorporateAction } from '../../src/domain/corporate-action.ts';
import { encoded, time } from '../columns.ts';

/** Every version of every split, dividend and earnings report. Never updated. */
export const corporateActions = pgTable(
  'corporate_actions',
  {
    id: text().notNull(),
    receiveTime: time().notNull(),
    symbol: text().notNull(),
    kind: text().$type<CorporateAction['kind']>().notNull(),
    effectiveTime: time().notNull(),
    eventTime: time().notNull(),
    source: text().notNull(),
    simulated: boolean().notNull(),
    action: encoded<CorporateAction>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.id, table.receiveTime] }), index().on(table.symbol, table.effectiveTime)],
);
