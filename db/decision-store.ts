import { and, desc, eq, lt } from 'drizzle-orm';
import type { DecisionStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { cycles, decisions } from './tables/index.ts';

/** Reads the projections that projections.ts fills. */
export function decisionStore({ db }: Database): DecisionStore {
  return {
    async get(id) {
      const [row] = await db.select({ record: decisions.record }).from(decisions).where(eq(decisions.id, id));
      return row?.record;
    },
    /** Newest first, by when the desk decided (`knownAt`), not by the moment asked about. `before` bounds the same. */
    async list({ symbol, limit, before }) {
      const rows = await db
        .select({ record: decisions.record })
        .from(decisions)
        .where(
          and(
            symbol === undefined ? undefined : eq(decisions.symbol, symbol),
            before === undefined ? undefined : lt(decisions.knownAt, before),
          ),
        )
        .orderBy(desc(decisions.knownAt), desc(decisions.journalSequence))
        .limit(limit);
      return rows.map((row) => row.record);
    },
    async cycles(limit) {
      const rows = await db
        .select({ record: cycles.record })
        .from(cycles)
        .orderBy(desc(cycles.startedAt), desc(cycles.journalSequence))
        .limit(limit);
      return rows.map((row) => row.record);
    },
    async cycleOf(slot) {
      const [row] = await db.select({ record: cycles.record }).from(cycles).where(eq(cycles.slot, slot)).limit(1);
      return row?.record;
    },
  };
}
