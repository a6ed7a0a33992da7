import { and, asc, desc, eq, gte, lte } from 'drizzle-orm';
import type { MacroStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { macroObservations, macroSeries } from './tables/index.ts';

export function macroStore({ db }: Database, clock: { now(): number }): MacroStore {
  return {
    async saveSeries(series) {
      const row = { id: series.id, series, receiveTime: clock.now() };
      await db.insert(macroSeries).values(row).onConflictDoUpdate({ target: macroSeries.id, set: row });
    },

    async series() {
      const rows = await db.select().from(macroSeries).orderBy(asc(macroSeries.id));
      return rows.map((row) => row.series);
    },

    async find(id) {
      const [row] = await db.select().from(macroSeries).where(eq(macroSeries.id, id));
      return row && { series: row.series, fetchedAt: row.receiveTime };
    },

    async write(observations) {
      for (let from = 0; from < observations.length; from += 1_000) {
        const rows = observations.slice(from, from + 1_000).map((each) => ({
          ...each,
          estimatedRelease: each.estimatedRelease === true,
          simulated: each.simulated === true,
        }));
        await db.insert(macroObservations).values(rows).onConflictDoNothing();
      }
    },

    async read({ series, asOf, knownAt, from, to, limit }) {
      if (limit <= 0) return [];
      const rows = await db
        .selectDistinctOn([macroObservations.period])
        .from(macroObservations)
        .where(
          and(
            eq(macroObservations.series, series),
            lte(macroObservations.eventTime, asOf),
            knownAt === undefined ? undefined : lte(macroObservations.receiveTime, knownAt),
            from === undefined ? undefined : gte(macroObservations.period, from),
            to === undefined ? undefined : lte(macroObservations.period, to),
          ),
        )
        .orderBy(desc(macroObservations.period), desc(macroObservations.eventTime))
        .limit(limit);
      return rows.reverse().map(({ estimatedRelease, simulated, ...row }) => ({
        ...row,
        ...(estimatedRelease ? { estimatedRelease } : {}),
        ...(simulated ? { simulated } : {}),
      }));
    },
  };
}
