import { index, pgTable, text } from 'drizzle-orm/pg-core';
import type { User } from '../../src/ports/store.ts';
import { time } from '../columns.ts';

export const users = pgTable('users', {
  id: text().primaryKey(),
  name: text().notNull().unique(),
  role: text().$type<User['role']>().notNull(),
  passwordHash: text(),
  createdAt: time().notNull(),
});

/** Signed-in clients, by the hash of their token. */
export const sessions = pgTable(
  'sessions',
  {
    tokenHash: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    scopes: text().array().notNull(),
    createdAt: time().notNull(),
    expiresAt: time().notNull(),
    label: text().notNull(),
  },
  (table) => [index().on(table.expiresAt)],
);
