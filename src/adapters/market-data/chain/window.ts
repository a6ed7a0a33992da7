import type { CalendarName, Instrument } from '../../../domain/instrument.ts';
import {
  DAY,
  type Duration,
  HOUR,
  type Interval,
  intervalMs,
  intervals,
  type Timestamp,
} from '../../../domain/time.ts';
import type { SessionCalendar } from '../../../ports/calendar.ts';

/** Open session time of a usual day. */
const openDay: Record<CalendarName, Duration> = {
  fx: DAY,
  crypto: DAY,
  'us-equity': 6.5 * HOUR,
  'cme-fx': 23 * HOUR,
  lse: 8.5 * HOUR,
  xetra: 8.5 * HOUR,
  tse: 5 * HOUR,
};

/** Open session time that one bar of an interval stands for. */
export function openPerBar({ calendar }: Instrument, interval: Interval): Duration {
  const length = intervalMs[interval];
  if (length < DAY) return length;
  const days = { '1d': 1, '1w': calendar === 'crypto' ? 7 : 5, '1M': calendar === 'crypto' ? 30 : 21 }[
    interval as '1d'
  ];
  return days * openDay[calendar];
}

/** From when bars are needed so that `limit` of them end by `asOf`, holidays and weekends counted in. */
export function windowStart(
  sessions: SessionCalendar,
  instrument: Instrument,
  interval: Interval,
  limit: number,
  asOf: Timestamp,
): Timestamp {
  const needed = (limit + 3) * openPerBar(instrument, interval) * 1.02;
  let span = Math.max(needed, intervalMs[interval] * limit);
  while (sessions.openBetween(instrument.calendar, asOf - span, asOf) < needed && span < 80 * 365 * DAY) span *= 1.2;
  return asOf - span;
}

/** Older than two bars of open session: a weekend is not staleness. */
export const isStale = (
  sessions: SessionCalendar,
  instrument: Instrument,
  interval: Interval,
  newestClose: Timestamp,
  asOf: Timestamp,
) => sessions.openBetween(instrument.calendar, newestClose, asOf) > 2 * openPerBar(instrument, interval);

/** Holds every bar that can be complete at `asOf`. */
export const isCurrent = (
  sessions: SessionCalendar,
  instrument: Instrument,
  interval: Interval,
  newestClose: Timestamp,
  asOf: Timestamp,
) => sessions.openBetween(instrument.calendar, newestClose, asOf) < openPerBar(instrument, interval);

/** Intervals that bars of `interval` can be made from, coarsest first, itself leading. */
export function sourceIntervals(interval: Interval): Interval[] {
  const finer = intervals
    .filter((each) => intervalMs[each] < intervalMs[interval] && divides(each, interval))
    .reverse();
  return [interval, ...finer];
}

function divides(fine: Interval, coarse: Interval): boolean {
  // Months are made of days; weeks do not divide them.
  if (coarse === '1M') return intervalMs[fine] <= DAY;
  return intervalMs[coarse] % intervalMs[fine] === 0;
}

/** How many fine bars to read for `limit` coarse ones. */
export const fineLimit = (fine: Interval, coarse: Interval, limit: number) =>
  fine === coarse ? limit : Math.ceil((limit + 2) * (intervalMs[coarse] / intervalMs[fine]));
