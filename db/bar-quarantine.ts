import { and, desc, eq, sql } from 'drizzle-orm';
import type { Bar } from '../src/domain/bar.ts';
import type { QualityFlag, RejectedBar } from '../src/domain/quality.ts';
import type { Interval } from '../src/domain/time.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { BarStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { quarantine } from './tables/index.ts';

/** Rejected bars with their raw values and their reasons, and what a user decided of them. */
export function barQuarantine(
  db: Database['db'],
  clock: Pick<Clock, 'now'>,
): Pick<BarStore, 'quarantine' | 'quarantined' | 'settle' | 'overruled'> {
  return {
    async quarantine(symbol, interval, source, defects) {
      const receiveTime = clock.now();
      for (let from = 0; from < defects.length; from += 1_000) {
        const rows = defects.slice(from, from + 1_000).map((defect) => {
          const { at, flag, row, reason, bar, repair } = defect;
          const values = { bar: bar && rawValues(bar), repair };
          return { symbol, interval, source, at: at.replaceAll('\0', ''), flag, row, reason, receiveTime, ...values };
        });
        await db
          .insert(quarantine)
          .values(rows)
          .onConflictDoUpdate({
            target: [quarantine.symbol, quarantine.interval, quarantine.source, quarantine.at, quarantine.flag],
            set: { bar: sql`excluded.bar`, repair: sql`excluded.repair` },
            // Rows of before raw values were kept get them when the bar comes again.
            setWhere: sql`${quarantine.bar} is null and excluded.bar is not null`,
          });
      }
    },

    async quarantined(symbol, limit, id) {
      const rows = await db
        .select()
        .from(quarantine)
        .where(and(eq(quarantine.symbol, symbol), id === undefined ? undefined : eq(defectId, id)))
        .orderBy(desc(quarantine.receiveTime), desc(quarantine.at))
        .limit(limit);
      return rows.map(rejectedBar);
    },

    async settle(symbol, id, { as, rule, at }) {
      await db
        .update(quarantine)
        .set({ settledAs: as, rule, settledTime: at })
        .where(and(eq(quarantine.symbol, symbol), eq(defectId, id)));
    },

    async overruled(symbol, source) {
      const rows = await db
        .select({ interval: quarantine.interval, at: quarantine.at })
        .from(quarantine)
        .where(and(eq(quarantine.symbol, symbol), eq(quarantine.source, source), eq(quarantine.settledAs, 'accepted')));
      return rows.map(({ interval, at }) => ({ interval: interval as Interval, openTime: Date.parse(at) }));
    },
  };
}

const defectId = sql<string>`${quarantine.interval} || '/' || ${quarantine.source} || '/' || ${quarantine.at} || '/' || ${quarantine.flag}`;

/** JSON has no NaN: a value that is no number is kept as null. */
const rawValues = (bar: Bar) =>
  Object.fromEntries(
    Object.entries(bar).map(([name, value]) => [
      name,
      typeof value === 'number' && !Number.isFinite(value) ? null : value,
    ]),
  );

function rejectedBar(kept: typeof quarantine.$inferSelect): RejectedBar {
  const { interval, source, at, flag, row, reason, receiveTime, bar, repair, settledAs, rule, settledTime } = kept;
  return {
    ...{ id: `${interval}/${source}/${at}/${flag}`, interval: interval as Interval, source },
    ...{ flag: flag as QualityFlag, at, reason, receiveTime },
    ...(row === null ? {} : { row }),
    ...(bar && {
      bar: Object.fromEntries(Object.entries(bar).map(([name, value]) => [name, value ?? Number.NaN])) as never,
    }),
    ...(repair && { repair }),
    ...(settledAs && { settled: { as: settledAs as 'accepted', rule: rule ?? '', at: settledTime ?? receiveTime } }),
  };
}
