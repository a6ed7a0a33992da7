import { AppError } from '../../../domain/errors.ts';
import type { CalendarName } from '../../../domain/instrument.ts';
import { barOpen, DAY, type Interval, intervalMs, intervals, type Timestamp, toIso } from '../../../domain/time.ts';
import { inferZone } from './infer-zone.ts';
import type { Row } from './rows.ts';
import { dayOf, type Stamp } from './stamps.ts';
import { fromWall, parseZone, utcZone, type Zone } from './zone.ts';

/** The interval of the rows: as asked for where their spacing does not contradict it, else their spacing. */
export function intervalOf(asked: Interval | undefined, spacing: number, ticks: boolean, notices: string[]): Interval {
  if (ticks) {
    notices.push(`The rows are ticks; they were gathered into bars of ${asked ?? '1m'}.`);
    return asked ?? '1m';
  }
  const seen = spacing >= 28 * DAY ? '1M' : intervals.find((each) => intervalMs[each] === spacing);
  if (asked === undefined) {
    if (seen) {
      notices.push(`Rows are ${seen} apart.`);
      return seen;
    }
    throw new AppError('bad_file', `Rows are ${spacing / 60_000} minutes apart, which is no known interval.`, {
      hint: 'Name the interval of the rows with --interval.',
    });
  }
  if (seen !== undefined && seen !== asked) {
    throw new AppError('bad_file', `Rows are ${seen} apart, but ${asked} was named.`, {
      hint: `Import it with --interval ${seen}; coarser bars are made from finer ones when they are asked for.`,
    });
  }
  if (seen === undefined && spacing > 0) notices.push(`Rows are unevenly spaced; they are taken as ${asked}.`);
  return asked;
}

interface ZoneQuestion {
  rows: readonly Row[];
  calendar: CalendarName;
  interval: Interval;
  dateOnly: boolean;
  namedUtc: boolean;
  /** As the caller names it. */
  given: string | undefined;
  notices: string[];
  ticks: boolean;
}

export type ZoneOrigin = 'stated' | 'given' | 'inferred' | 'assumed' | 'dates';

/** Where the wall clock of the stamps stands. */
export function zoneOf(question: ZoneQuestion): { zone: Zone; from: ZoneOrigin; stampsAreEnds?: boolean } {
  const { rows, calendar, interval, dateOnly, namedUtc, given, notices, ticks } = question;
  const stated = rows.every((row) => row.stamp.offset !== undefined);
  if (stated) {
    if (given) notices.push('The stamps state their own zone; --timezone was not used.');
    return { zone: utcZone, from: 'stated' };
  }
  const daily = !ticks && intervalMs[interval] >= DAY;
  const dated = dateOnly || rows.every((row) => row.stamp.wall % DAY === 0);
  if (daily && dated) {
    notices.push('Its bars are dated; each stands at 00:00 UTC of its date.');
    return { zone: utcZone, from: 'dates' };
  }
  if (given) return { zone: parseZone(given), from: 'given' };
  if (namedUtc) return { zone: utcZone, from: 'stated' };
  const step = ticks ? 0 : intervalMs[interval];
  const walls = rows.map((row) => row.stamp.wall);
  const inferred = inferZone(calendar, walls, step);
  notices.push(inferred.notice);
  return { zone: inferred.zone, from: inferred.how, ...(inferred.stampsAreEnds ? { stampsAreEnds: true } : {}) };
}

/** When the bar of a stamp opened. */
export function openTimeOf(
  { wall, offset }: Stamp,
  zone: Zone,
  interval: Interval,
  atEnd: boolean | undefined,
): Timestamp {
  const length = intervalMs[interval];
  // A day is its exchange's date: midnight with an offset is that date, not the evening before in UTC.
  if (length >= DAY && wall % DAY === 0 && !atEnd) return interval === '1M' ? barOpen('1M', wall) : dayOf(wall);
  const time = offset === undefined ? fromWall(zone, wall) : wall - offset;
  if (!atEnd) return interval === '1M' ? barOpen('1M', time) : time;
  // 23:59:59.999 is an end too.
  return interval === '1M' ? barOpen('1M', time - 1) : Math.ceil(time / 1000) * 1000 - length;
}

/**
 * Where some stamps state their zone and others do not, the others are read in an inferred one. Throws `bad_file` when
 * the two then overlap: one of them must mean something else.
 */
export function refuseClashingZones(rows: readonly Row[], openOf: (stamp: Stamp) => Timestamp) {
  const seam = rows.findIndex((row, i) => {
    const before = rows[i - 1];
    if (!before || (before.stamp.offset === undefined) === (row.stamp.offset === undefined)) return false;
    return openOf(row.stamp) <= openOf(before.stamp);
  });
  if (seam < 0) return;
  const [before, after] = [rows[seam - 1]!.stamp, rows[seam]!.stamp].map(({ wall }) => toIso(wall).slice(0, 16));
  throw new AppError(
    'bad_file',
    `Its times mix zones: some state an offset from UTC and some do not, and read together they go back from ${before} to ${after}.`,
    {
      hint: 'Name the zone of those without an offset with --timezone, or import the two parts as files of their own.',
    },
  );
}
