import { eq } from 'drizzle-orm';
import type { Clock } from '../src/ports/clock.ts';
import type { SettingStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { settings } from './tables/index.ts';

export function settingStore({ db }: Database, clock: Pick<Clock, 'now'>): SettingStore {
  return {
    async get<T>(name: string) {
      const [row] = await db.select().from(settings).where(eq(settings.name, name));
      return row?.value as T | undefined;
    },
    async set(name, value, by) {
      const row = { value, changedBy: by, changedAt: clock.now() };
      await db
        .insert(settings)
        .values({ name, ...row })
        .onConflictDoUpdate({ target: settings.name, set: row });
    },
  };
}
