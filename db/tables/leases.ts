import { bigint, pgTable, text } from 'drizzle-orm/pg-core';
import { time } from '../columns.ts';

/** What one process at a time may do for all replicas. `expires_at` is by the database's clock, which all share. */
export const leases = pgTable('leases', {
  name: text().primaryKey(),
  holder: text().notNull(),
  /** Rises whenever the lease changes hands or was let run out. */
  token: bigint({ mode: 'number' }).notNull(),
  expiresAt: time().notNull(),
});
