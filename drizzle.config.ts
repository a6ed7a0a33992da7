import { defineConfig } from 'drizzle-kit';

// After a change of db/tables: `drizzle-kit generate --name what-changed`, then commit the new file in db/migrations.
export default defineConfig({
  dialect: 'postgresql',
  schema: './db/tables/index.ts',
  out: './db/migrations',
  casing: 'snake_case',
});
