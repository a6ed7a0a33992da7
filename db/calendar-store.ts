import { and, asc, gte, inArray, lte, sql } from 'drizzle-orm';
import type { EconomicEvent } from '../src/domain/news.ts';
import type { CalendarStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { economicEvents } from './tables/index.ts';

export function calendarStore({ db }: Database): CalendarStore {
  return {
    async write(events) {
      const unique = [...new Map(events.map((event) => [event.id, event])).values()];
      for (let from = 0; from < unique.length; from += 1_000) {
        const rows = unique.slice(from, from + 1_000).map((event) => ({
          ...event,
          previous: event.previous ?? null,
          forecast: event.forecast ?? null,
          actual: event.actual ?? null,
          unit: event.unit ?? null,
          simulated: event.simulated === true,
        }));
        // A schedule that was fetched again moves the time and brings the outcome, but an entry without an outcome does
        // not take one away, and when it was first announced stays.
        await db
          .insert(economicEvents)
          .values(rows)
          .onConflictDoUpdate({
            target: economicEvents.id,
            set: {
              name: sql`excluded.name`,
              impact: sql`excluded.impact`,
              eventTime: sql`excluded.event_time`,
              announcedTime: sql`least(${economicEvents.announcedTime}, excluded.announced_time)`,
              previous: sql`coalesce(excluded.previous, ${economicEvents.previous})`,
              forecast: sql`coalesce(excluded.forecast, ${economicEvents.forecast})`,
              actual: sql`coalesce(excluded.actual, ${economicEvents.actual})`,
              unit: sql`coalesce(excluded.unit, ${economicEvents.unit})`,
            },
          });
      }
    },

    /** Earliest first. */
    async read({ currencies, asOf, from, to }) {
      if (currencies?.length === 0) return [];
      const rows = await db
        .select()
        .from(economicEvents)
        .where(
          and(
            gte(economicEvents.eventTime, from),
            lte(economicEvents.eventTime, to),
            lte(economicEvents.announcedTime, asOf),
            currencies ? inArray(economicEvents.currency, currencies) : undefined,
          ),
        )
        .orderBy(asc(economicEvents.eventTime), asc(economicEvents.id));
      return rows.map((row) => eventOf(row, asOf));
    },
  };
}

function eventOf(row: typeof economicEvents.$inferSelect, asOf: number): EconomicEvent {
  const { previous, forecast, actual, unit, simulated, impact, ...rest } = row;
  return {
    ...rest,
    impact: impact as EconomicEvent['impact'],
    ...(previous === null ? {} : { previous }),
    ...(forecast === null ? {} : { forecast }),
    // Nobody knows an outcome before its release, whatever the store has learned since.
    ...(actual === null || rest.eventTime > asOf ? {} : { actual }),
    ...(unit === null ? {} : { unit }),
    ...(simulated ? { simulated } : {}),
  };
}
