import { AppError } from './errors.ts';

/** UTC milliseconds since 1970. Zones exist only in exchange calendars and in files that are imported. */
export type Timestamp = number;
/** Milliseconds. */
export type Duration = number;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const WEEK = 7 * DAY;

/** ISO 8601 UTC with milliseconds: the only form of a time at the edges. */
export const toIso = (time: Timestamp) => new Date(time).toISOString();

const isoPattern = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** Reads an ISO date or time; without a zone it is UTC. Throws `invalid_input` otherwise. */
export function parseTime(text: string): Timestamp {
  const trimmed = text.trim();
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(trimmed) || trimmed.length === 10;
  const time = isoPattern.test(trimmed)
    ? Date.parse(zoned ? trimmed.replace(' ', 'T') : `${trimmed.replace(' ', 'T')}Z`)
    : Number.NaN;
  // Date.parse rolls 31 June over to 1 July; a day that does not exist is an error here.
  const calendarDay = trimmed.slice(0, 10);
  const exists = new Date(`${calendarDay}T00:00:00Z`);
  if (Number.isNaN(time) || Number.isNaN(exists.getTime()) || exists.toISOString().slice(0, 10) !== calendarDay) {
    throw new AppError('invalid_input', `"${text}" is not a time.`, {
      hint: 'Write it as 2025-06-30 or 2025-06-30T14:00:00Z.',
    });
  }
  return time;
}

export const intervals = ['1m', '5m', '15m', '30m', '1h', '4h', '1d', '1w', '1M'] as const;
export type Interval = (typeof intervals)[number];

/** Nominal lengths; 1M is 30 days here, exact months come from `barClose`. */
export const intervalMs: Record<Interval, Duration> = {
  '1m': MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '1h': HOUR,
  '4h': 4 * HOUR,
  '1d': DAY,
  '1w': WEEK,
  '1M': 30 * DAY,
};

const unitNames: Record<string, 'm' | 'h' | 'd' | 'w' | 'M'> = {
  m: 'm',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  t: 'm',
  h: 'h',
  hr: 'h',
  hour: 'h',
  hours: 'h',
  d: 'd',
  day: 'd',
  days: 'd',
  daily: 'd',
  w: 'w',
  wk: 'w',
  week: 'w',
  weeks: 'w',
  weekly: 'w',
  mo: 'M',
  mn: 'M',
  mon: 'M',
  month: 'M',
  months: 'M',
  monthly: 'M',
};

/** Accepts the usual spellings: `1h 1H 1Hour 60min H1 hourly D1 1Day 240 1M 1Month`. Throws `unknown_interval`. */
export function parseInterval(text: string): Interval {
  const spelled = text.trim();
  if ((intervals as readonly string[]).includes(spelled)) return spelled as Interval;
  const match = /^(\d+)?\s*([A-Za-z]+)?\s*(\d+)?$/.exec(spelled === 'hourly' ? '1h' : spelled);
  const count = Number(match?.[1] ?? match?.[3] ?? '1');
  const word = match?.[2];
  // MetaTrader writes M15 for fifteen minutes, everyone else writes 1M for a month.
  const unit =
    word === undefined ? 'm' : word === 'M' && match?.[1] !== undefined ? 'M' : unitNames[word.toLowerCase()];
  const candidate = spelled === '' ? undefined : normal(count, unit);
  if (!match || !candidate) {
    throw new AppError('unknown_interval', `"${text}" is not an interval that Conclave knows.`);
  }
  return candidate;
}

function normal(count: number, unit: 'm' | 'h' | 'd' | 'w' | 'M' | undefined): Interval | undefined {
  if (unit === 'M') return count === 1 ? '1M' : undefined;
  const lengths = { m: MINUTE, h: HOUR, d: DAY, w: WEEK };
  if (!unit) return undefined;
  const length = count * lengths[unit];
  return intervals.find((interval) => interval !== '1M' && intervalMs[interval] === length);
}

/** Weeks open on Monday 00:00 UTC; 1970-01-01 was a Thursday. */
const MONDAY_OFFSET = 4 * DAY;

/** The opening time of the bar that holds `time`, in UTC. */
export function barOpen(interval: Interval, time: Timestamp): Timestamp {
  if (interval === '1M') {
    const day = new Date(time);
    return Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1);
  }
  const length = intervalMs[interval];
  const offset = interval === '1w' ? MONDAY_OFFSET : 0;
  return Math.floor((time - offset) / length) * length + offset;
}

/** When the bar that opened at `openTime` is complete: the earliest time that anyone can know it. */
export function barClose(interval: Interval, openTime: Timestamp): Timestamp {
  if (interval !== '1M') return openTime + intervalMs[interval];
  const day = new Date(openTime);
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1);
}
