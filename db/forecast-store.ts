import { and, asc, desc, eq, gte, isNotNull, isNull, lte } from 'drizzle-orm';
import type { Forecast, SettledForecast } from '../src/domain/signal.ts';
import type { ForecastStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { forecasts } from './tables/index.ts';

/** Reads the projections that projections.ts fills. */
export function forecastStore({ db }: Database): ForecastStore {
  return {
    /** Longest overdue first. */
    async due(asOf, limit, since = 0) {
      const rows = await db
        .select()
        .from(forecasts)
        .where(and(isNull(forecasts.settledAt), gte(forecasts.settlesAt, since), lte(forecasts.settlesAt, asOf)))
        .orderBy(asc(forecasts.settlesAt), asc(forecasts.id))
        .limit(limit);
      return rows.map(forecastOf);
    },
    /** Newest first. */
    async settled({ analyst, limit, asOf, simulated }) {
      const rows = await db
        .select()
        .from(forecasts)
        .where(
          and(
            isNotNull(forecasts.settledAt),
            analyst === undefined ? undefined : eq(forecasts.analyst, analyst),
            asOf === undefined ? undefined : lte(forecasts.settledAt, asOf),
            simulated === undefined ? undefined : eq(forecasts.simulated, simulated),
          ),
        )
        .orderBy(desc(forecasts.settledAt), desc(forecasts.id))
        .limit(limit);
      return rows.map(settledOf);
    },
    /** Next to settle first. */
    async open(limit) {
      const rows = await db
        .select()
        .from(forecasts)
        .where(isNull(forecasts.settledAt))
        .orderBy(asc(forecasts.settlesAt), asc(forecasts.id))
        .limit(limit);
      return rows.map(forecastOf);
    },
  };
}

type Row = typeof forecasts.$inferSelect;

function forecastOf(row: Row): Forecast {
  const { account, journalSequence, settledAt, settleMark, correct, brier, logScore, simulated, ...forecast } = row;
  return { ...forecast, ...(simulated === null ? {} : { simulated }) } as Forecast;
}

function settledOf(row: Row): SettledForecast {
  const { settledAt, settleMark, correct, brier, logScore } = row;
  return { ...forecastOf(row), settledAt, settleMark, correct, brier, logScore } as SettledForecast;
}
