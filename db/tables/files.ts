import { bigint, customType, pgTable, text } from 'drizzle-orm/pg-core';

const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });

/** Files that replicas share (see db/shared-disk.ts), and those of DATA_DIR while a backup carries them. */
export const files = pgTable('files', {
  path: text().primaryKey(),
  content: bytes().notNull(),
  /** Of the turn that wrote it. */
  revision: bigint({ mode: 'number' }).notNull(),
});
