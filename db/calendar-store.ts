import { and, asc, between, desc, eq, exists, inArray, lte } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { EconomicEvent } from '../src/domain/news.ts';
import type { Timestamp } from '../src/domain/time.ts';
import type { CalendarQuery, CalendarStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { economicEvents } from './tables/index.ts';

type Row = typeof economicEvents.$inferInsert;
type Known = EconomicEvent & { knownTime: Timestamp };

/** What makes two versions of an event different. */
const terms = ['name', 'currency', 'impact', 'eventTime', 'previous', 'forecast', 'actual', 'unit'] as const;

export function calendarStore({ db }: Database, clock: { now(): Timestamp }): CalendarStore {
  /** By id, oldest version first. */
  async function versions({ currencies, asOf, knownAt, from, to }: CalendarQuery): Promise<Known[]> {
    if (currencies?.length === 0) return [];
    const scheduled = alias(economicEvents, 'scheduled');
    const rows = await db
      .select()
      .from(economicEvents)
      .where(
        and(
          // Bounds are of any version: a moved date must not leave the old one standing alone.
          exists(
            db
              .select({ id: scheduled.id })
              .from(scheduled)
              .where(and(eq(scheduled.id, economicEvents.id), between(scheduled.eventTime, from, to))),
          ),
          lte(economicEvents.knownTime, asOf),
          knownAt === undefined ? undefined : lte(economicEvents.receiveTime, knownAt),
          currencies ? inArray(economicEvents.currency, currencies) : undefined,
        ),
      )
      .orderBy(asc(economicEvents.id), asc(economicEvents.version));
    return rows.map(eventOf);
  }

  return {
    async write(events) {
      const unique = [...new Map(events.map((event) => [event.id, event])).values()];
      for (let from = 0; from < unique.length; from += 1_000) {
        const batch = unique.slice(from, from + 1_000);
        const ids = batch.map((event) => event.id);
        const stored = await db
          .selectDistinctOn([economicEvents.id])
          .from(economicEvents)
          .where(inArray(economicEvents.id, ids))
          .orderBy(asc(economicEvents.id), desc(economicEvents.version));
        const newest = new Map(stored.map((row) => [row.id, row]));
        const now = clock.now();
        const rows = batch.flatMap((event) => nextVersion(event, newest.get(event.id), now) ?? []);
        // Where two write the same version at once, one of them is told of the change again at its next fetch.
        if (rows.length > 0) await db.insert(economicEvents).values(rows).onConflictDoNothing();
      }
    },

    versions,

    async read(query) {
      const { asOf, from, to } = query;
      return [...new Map((await versions(query)).map((event) => [event.id, event])).values()]
        .filter(({ eventTime }) => eventTime >= from && eventTime <= to)
        .sort((a, b) => a.eventTime - b.eventTime || (a.id < b.id ? -1 : 1))
        .map(({ knownTime: _, actual, ...event }) =>
          // Nobody knows an outcome before its release, whatever the store has learned since.
          actual === undefined || event.eventTime > asOf ? event : { ...event, actual },
        );
    },
  };
}

/** The row that the event adds to what is stored of it, or undefined when it says nothing new. */
function nextVersion(event: EconomicEvent, before: Row | undefined, now: Timestamp): Row | undefined {
  const told: Row = {
    ...event,
    ...{ version: 1, knownTime: event.announcedTime, receiveTime: now },
    previous: event.previous ?? before?.previous ?? null,
    forecast: event.forecast ?? before?.forecast ?? null,
    actual: event.actual ?? before?.actual ?? null,
    unit: event.unit ?? before?.unit ?? null,
    simulated: event.simulated === true,
  };
  if (!before) return told;
  const changed = terms.filter((term) => told[term] !== before[term]);
  if (changed.length === 0) return undefined;
  const replaces = changed.some((term) => before[term] !== null);
  return {
    ...told,
    version: before.version + 1,
    announcedTime: Math.min(before.announcedTime, told.announcedTime),
    // A forecast or an outcome that was still missing was public when the release was, however late it came here.
    knownTime: Math.max(before.knownTime, replaces ? now : Math.min(now, told.eventTime)),
  };
}

function eventOf(row: typeof economicEvents.$inferSelect): Known {
  const { previous, forecast, actual, unit, simulated, impact, version: _, receiveTime: __, ...rest } = row;
  return {
    ...rest,
    impact: impact as EconomicEvent['impact'],
    ...(previous === null ? {} : { previous }),
    ...(forecast === null ? {} : { forecast }),
    ...(actual === null ? {} : { actual }),
    ...(unit === null ? {} : { unit }),
    ...(simulated ? { simulated } : {}),
  };
}
