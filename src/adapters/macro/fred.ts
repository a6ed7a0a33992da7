import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { MacroFrequency, MacroObservation, MacroSeries } from '../../domain/macro.ts';
import { parseTime, SECOND, type Timestamp, toIso } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Http } from '../../ports/http.ts';
import type { MacroProvider } from '../../ports/market-data.ts';
import { newYorkTime } from '../calendar/new-york.ts';
import { cautiousRelease, currencyOf } from './described.ts';

const Refused = z.looseObject({ error_code: z.number(), error_message: z.string() });
const Described = z.looseObject({
  seriess: z.array(
    z.looseObject({ id: z.string(), title: z.string(), units: z.string(), frequency_short: z.string() }),
  ),
});
const Vintages = z.looseObject({ vintage_dates: z.array(z.string()) });
const Observations = z.looseObject({
  count: z.number(),
  observations: z.array(z.looseObject({ realtime_start: z.string(), date: z.string(), value: z.string() })),
});
type Wire = z.output<typeof Observations>['observations'][number];

const frequencies: Record<string, MacroFrequency> = {
  ...{ D: 'daily', W: 'weekly', M: 'monthly', Q: 'quarterly', A: 'annual' },
};
/** Release dates that one question may span; it refuses more. */
const MOST_VINTAGES = 2_000;
const PAGE = 100_000;
/** All releases of a daily series are megabytes. */
const PATIENCE = 30 * SECOND;
const FIRST_DAY = Date.UTC(1776, 6, 4);

/**
 * Statistics of the Federal Reserve Bank of St. Louis with every release of each value (ALFRED), with a free key.
 * 120 calls a minute are allowed; a series takes three.
 * @see https://fred.stlouisfed.org/docs/api/fred/series_observations.html
 */
export function fred({ clock, http, settings }: FredDeps): MacroProvider {
  const base = (settings.FRED_BASE_URL || 'https://api.stlouisfed.org').replace(/\/+$/, '');
  const key = settings.FRED_API_KEY;

  /** It takes its key in the query only; no message of ours shows a query. */
  async function ask<T>(path: string, schema: z.ZodType<T>, query: Query, signal?: AbortSignal): Promise<T> {
    const answer = await http.getJson<T | z.output<typeof Refused>>({
      url: `${base}/fred/${path}`,
      query: { ...query, api_key: key, file_type: 'json' },
      schema: z.union([schema, Refused]),
      readStatuses: [400],
      timeoutMs: PATIENCE,
      ...(signal ? { signal } : {}),
    });
    const refused = Refused.safeParse(answer);
    if (refused.success) throw refusal(refused.data.error_message, query.series_id);
    return answer as T;
  }

  /** Every value that was current in a stretch of release dates. */
  async function released(query: Query, signal?: AbortSignal): Promise<Wire[]> {
    const found: Wire[] = [];
    for (let offset = 0; ; offset += PAGE) {
      const page = { ...query, output_type: 1, limit: PAGE, offset };
      const { count, observations } = await ask('series/observations', Observations, page, signal);
      found.push(...observations);
      if (offset + PAGE >= count) return found;
    }
  }

  async function described(id: string, signal?: AbortSignal): Promise<MacroSeries> {
    const { seriess } = await ask('series', Described, { series_id: id }, signal);
    const [series] = seriess;
    if (!series) throw unknown(id);
    return {
      ...{ id: series.id, title: series.title, unit: series.units, source: 'fred' },
      frequency: frequencies[series.frequency_short] ?? 'irregular',
      currency: currencyOf(series.title),
    };
  }

  /** The latest values of a series whose releases are not kept. */
  async function undated(query: Query, signal?: AbortSignal): Promise<MacroObservation[]> {
    const { frequency } = await described(query.series_id, signal);
    const rows = await released(query, signal);
    const release = (row: Wire) => cautiousRelease(frequency, parseTime(row.date));
    return observationsOf(query.series_id, rows, release, clock.now()).map((each) => ({
      ...each,
      estimatedRelease: true,
    }));
  }

  const provider: MacroProvider = {
    name: 'fred',
    simulated: false,
    series: described,
    async observations({ series, from, to, signal }) {
      if (from >= to) return [];
      const range = { observation_start: dateOf(Math.max(from, FIRST_DAY)), observation_end: dateOf(to - 1) };
      const query = { series_id: series, ...range };
      const vintages = await vintagesOf(series, signal);
      if (!vintages) return undated(query, signal);
      const rows: Wire[] = [];
      for (let i = 0; i < vintages.length; i += MOST_VINTAGES) {
        const next = vintages[i + MOST_VINTAGES];
        const realtime_end = next === undefined ? '9999-12-31' : dateOf(parseTime(next) - 1);
        rows.push(...(await released({ ...query, realtime_start: vintages[i], realtime_end }, signal)));
      }
      return observationsOf(series, rows, (row) => releaseTime(row.realtime_start), clock.now());
    },
  };
  return key ? provider : { ...provider, unavailable: 'Set FRED_API_KEY.' };

  /** Dates on which it released anything, oldest first; undefined for a series that it keeps no releases of. */
  async function vintagesOf(series_id: string, signal?: AbortSignal): Promise<string[] | undefined> {
    try {
      return (await ask('series/vintagedates', Vintages, { series_id }, signal)).vintage_dates;
    } catch (failure) {
      if (failure instanceof AppError && failure.details?.undated === true) return undefined;
      throw failure;
    }
  }
}

export interface FredDeps {
  clock: Pick<Clock, 'now'>;
  http: Http;
  /** FRED_API_KEY and FRED_BASE_URL. */
  settings: Record<string, string | undefined>;
}
type Query = { series_id: string } & Record<string, string | number | undefined>;

const dateOf = (time: Timestamp) => toIso(time).slice(0, 10);

/** It tells the day of a release in St. Louis and not the hour: a value counts from the end of that day. */
function releaseTime(date: string): Timestamp {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  return newYorkTime(year, month, day + 1, 1);
}

/** Oldest period first, then oldest release; a release that repeats the value before it is none. */
function observationsOf(
  series: string,
  rows: readonly Wire[],
  release: (row: Wire) => Timestamp,
  receiveTime: Timestamp,
): MacroObservation[] {
  const told = rows
    // Days without a value have a point.
    .filter((row) => row.value !== '.')
    .map((row) => ({ period: parseTime(row.date), value: Number(row.value), eventTime: release(row) }))
    .sort((a, b) => a.period - b.period || a.eventTime - b.eventTime);
  if (told.some(({ value }) => !Number.isFinite(value))) {
    throw new AppError('unavailable', `fred answered with a value of ${series} that is no number.`);
  }
  return told
    .filter(({ period, value }, i) => told[i - 1]?.period !== period || told[i - 1]?.value !== value)
    .map((each) => ({ series, ...each, receiveTime, source: 'fred' }));
}

const unknown = (id: string) =>
  new AppError('not_found', `FRED has no series "${id}".`, {
    hint: 'Look its id up at fred.stlouisfed.org, e.g. CPIAUCSL, UNRATE, FEDFUNDS, DGS10, GDP.',
  });

/** Its sentences are not repeated: only their kind is told. */
function refusal(message: string, series: string): AppError {
  if (/api_key/i.test(message)) {
    return new AppError('unavailable', 'fred refused the key.', { hint: 'Check FRED_API_KEY.' });
  }
  if (/exist in ALFRED/i.test(message)) {
    return new AppError('not_found', `FRED keeps no release dates of ${series}.`, { details: { undated: true } });
  }
  if (/does not exist|series_id/i.test(message)) return unknown(series);
  return new AppError('unavailable', `fred refused the question about ${series}.`);
}
