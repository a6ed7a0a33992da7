import { asc } from 'drizzle-orm';
import type { InstrumentStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { instruments } from './tables/index.ts';

export function instrumentStore({ db }: Database, clock: { now(): number }): InstrumentStore {
  return {
    async save(instrument, source) {
      const row = { symbol: instrument.symbol, instrument, source, addedAt: clock.now() };
      await db.insert(instruments).values(row).onConflictDoUpdate({ target: instruments.symbol, set: row });
    },
    async list() {
      const rows = await db.select().from(instruments).orderBy(asc(instruments.symbol));
      return rows.map((row) => row.instrument);
    },
  };
}
