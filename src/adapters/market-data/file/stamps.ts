import { DAY, HOUR, MINUTE, SECOND, type Timestamp } from '../../../domain/time.ts';

/** A stamp as the file writes it: a wall time, and its offset where the stamp itself states one. */
export interface Stamp {
  /** The wall clock's reading as if it were UTC. */
  wall: Timestamp;
  /** Milliseconds east of UTC; undefined when the file does not say. */
  offset?: number;
}

export interface TimeFormat {
  name: string;
  /** Whether the stamps have a time of day at all. */
  dateOnly: boolean;
  read(text: string): Stamp | undefined;
}

const iso =
  /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i;
const european =
  /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT[+-]?\d*|[+-]\d{2}:?\d{2})?$/i;
const slashes = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(AM|PM)?)?$/i;
const twelveHours = /^(\d{4})-(\d{2})-(\d{2})[T ]+(\d{1,2})(?:[:-](\d{2}))?(?::(\d{2}))?[- ]?(AM|PM)$/i;
const compact = /^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2}):?(\d{2}):?(\d{2})?)?$/;

/**
 * The format that reads most of the samples (bad rows must not hide it), or undefined. A day above 12 settles day or
 * month first, unless a format is named.
 */
export function timeFormatOf(samples: readonly string[], named?: string): TimeFormat | undefined {
  const filled = samples.map((text) => text.trim()).filter((text) => text !== '');
  if (filled.length === 0) return undefined;
  const dayFirst = named === 'day/month/year' ? true : named === 'month/day/year' ? false : undefined;
  const open = candidates(filled, dayFirst).filter(({ name }) => named === undefined || name.startsWith(named));
  const scored = open.map((format) => ({
    format,
    read: filled.filter((text) => format.read(text) !== undefined).length,
  }));
  const best = scored.reduce<(typeof scored)[number] | undefined>((a, b) => (a && b.read <= a.read ? a : b), undefined);
  if (best && best.read >= filled.length * 0.6) return best.format;
  if (named !== undefined) return undefined;
  // Files put together from several sources write times in several ways.
  const readAny = (text: string) => {
    for (const format of candidates([text])) {
      const stamp = format.read(text);
      if (stamp) return stamp;
    }
    return undefined;
  };
  const readable = filled.filter((text) => readAny(text) !== undefined).length;
  return readable >= filled.length * 0.6 ? { name: 'mixed', dateOnly: false, read: readAny } : undefined;
}

function candidates(samples: readonly string[], named?: boolean): TimeFormat[] {
  const dateOnly = samples.every((text) => !/\d[:]\d|(AM|PM)$|[T ]\d/i.test(text));
  // 13/02 can only be a day; without such a row American order is the commoner one in market files.
  const dayFirst = named ?? samples.some((text) => Number(slashes.exec(text)?.[1] ?? 0) > 12);
  const of = (name: string, pattern: RegExp, take: (match: RegExpExecArray) => Stamp | undefined): TimeFormat => ({
    name,
    dateOnly,
    read(text) {
      const match = pattern.exec(text.trim());
      return match ? take(match) : undefined;
    },
  });
  return [
    of('year-month-day', iso, (m) => stamp(m[1], m[3], m[4], m[5], m[6], m[7], m[8], m[9])),
    of('year-month-day, 12 hours', twelveHours, (m) => stamp(m[1], m[2], m[3], half(m[4], m[7]), m[5], m[6])),
    of('day.month.year', european, (m) => stamp(m[3], m[2], m[1], m[4], m[5], m[6], m[7], m[8])),
    of(dayFirst ? 'day/month/year' : 'month/day/year', slashes, (m) => {
      const [day, month] = dayFirst ? [m[1], m[2]] : [m[2], m[1]];
      return stamp(century(m[3]!), month, day, m[7] ? half(m[4], m[7]) : m[4], m[5], m[6]);
    }),
    of('yearmonthday', compact, (m) => stamp(m[1], m[2], m[3], m[4], m[5], m[6])),
    ...epoch(samples),
  ];
}

/** Seconds or finer since 1970: the largest count among the samples tells the unit, for any year after 1973. */
function epoch(samples: readonly string[]): TimeFormat[] {
  const counts = samples.filter((text) => /^-?\d{1,20}(\.\d+)?$/.test(text));
  const largest = Math.max(0, ...counts.map((text) => Math.abs(Number(text))));
  const unit = epochUnits.find(({ below }) => largest < below);
  if (largest < 1e8 || !unit) return [];
  const read = (text: string) =>
    /^-?\d{1,20}(\.\d+)?$/.test(text.trim()) ? { wall: Math.round(Number(text) * unit.size), offset: 0 } : undefined;
  return [{ name: `epoch ${unit.name}`, dateOnly: false, read }];
}

const epochUnits = [
  { name: 'seconds', below: 1e10, size: SECOND },
  { name: 'milliseconds', below: 1e14, size: 1 },
  { name: 'microseconds', below: 1e16, size: 1e-3 },
  { name: 'nanoseconds', below: 1e20, size: 1e-6 },
];

const half = (hour: string | undefined, mark: string | undefined) =>
  String((Number(hour) % 12) + (mark?.toUpperCase() === 'PM' ? 12 : 0));

const century = (year: string) => (year.length === 4 ? year : Number(year) >= 70 ? `19${year}` : `20${year}`);

function stamp(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  hour = '0',
  minute = '0',
  second = '0',
  fraction = '',
  zone?: string,
): Stamp | undefined {
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // 31 June would roll over to 1 July; a day that does not exist cannot be read.
  if (new Date(midnight).getUTCDate() !== Number(day) || Number(month) > 12 || Number(hour) > 24) return undefined;
  const parts = Number(fraction.padEnd(3, '0').slice(0, 3));
  const wall = midnight + Number(hour) * HOUR + Number(minute) * MINUTE + Number(second) * SECOND + parts;
  const offset = offsetOf(zone);
  return offset === undefined ? { wall } : { wall, offset };
}

/** `Z`, `+02:00`, `-0400` in milliseconds; undefined for no text. */
export function offsetOf(zone: string | undefined): number | undefined {
  if (!zone) return undefined;
  const match = /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?$/i.exec(zone);
  if (!match) return /^(Z|UTC|GMT)$/i.test(zone) ? 0 : undefined;
  const size = Number(match[2]) * HOUR + Number(match[3] ?? 0) * MINUTE;
  return size > 15 * HOUR ? undefined : match[1] === '-' ? -size : size;
}

/** The local calendar day of a wall time, as midnight UTC. */
export const dayOf = (wall: Timestamp) => Math.floor(wall / DAY) * DAY;
