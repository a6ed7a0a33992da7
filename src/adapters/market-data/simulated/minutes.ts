import type { CalendarName } from '../../../domain/instrument.ts';
import { DAY, MINUTE, type Timestamp, WEEK } from '../../../domain/time.ts';
import { newYorkOffset } from '../../calendar/new-york.ts';

/**
 * Trading minutes of a calendar, numbered. Shut hours take fewer minutes than they last, which makes the gap of a
 * weekend or a night: 120 for an FX weekend, 130 for a night in shares, none for crypto.
 */
const FX_WEEK = 7200 + 120;
const EQUITY_DAY = 390 + 130;
// Thursday 1970-01-01; the first Sunday 17:00 and the first Monday of the epoch, on the wall clock.
const FIRST_SUNDAY_17 = 3 * DAY + 17 * 60 * MINUTE;
const FIRST_MONDAY = 4 * DAY;

/** The three rhythms there are: round the week, round the clock, and a day at the exchange. */
const rhythmOf: Record<CalendarName, 'fx' | 'crypto' | 'day'> = {
  fx: 'fx',
  'cme-fx': 'fx',
  crypto: 'crypto',
  'us-equity': 'day',
  lse: 'day',
  xetra: 'day',
  tse: 'day',
};

const minutesAYear = {
  fx: (365.25 / 7) * FX_WEEK,
  crypto: 365.25 * 1440,
  day: (365.25 / 7) * 5 * EQUITY_DAY,
};
export const yearMinutes = (calendar: CalendarName) => minutesAYear[rhythmOf[calendar]];

/** The number of the minute that holds `time`; asked only for times in a session. */
export function minuteIndex(calendar: CalendarName, time: Timestamp): number {
  const rhythm = rhythmOf[calendar];
  if (rhythm === 'crypto') return Math.floor(time / MINUTE);
  const wall = time + newYorkOffset(time);
  if (rhythm === 'fx') {
    const week = Math.floor((wall - FIRST_SUNDAY_17) / WEEK);
    return week * FX_WEEK + Math.floor((wall - FIRST_SUNDAY_17 - week * WEEK) / MINUTE);
  }
  const days = Math.floor((wall - FIRST_MONDAY) / DAY);
  const weekday = ((days % 7) + 7) % 7;
  const session = Math.floor(days / 7) * 5 + weekday;
  return session * EQUITY_DAY + Math.floor((wall - FIRST_MONDAY - days * DAY) / MINUTE) - 570;
}

/** Activity by hour: square root of relative variance. New York hours from 17:00 for FX, UTC for crypto. */
const fxByHour = [
  0.55, 0.6, 0.7, 0.8, 0.75, 0.7, 0.65, 0.6, 0.6, 0.8, 1.15, 1.3, 1.2, 1.1, 1.1, 1.4, 1.5, 1.45, 1.3, 1.05, 0.9, 0.8,
  0.7, 0.5,
];
const cryptoByHour = [
  1.05, 1, 0.95, 0.9, 0.85, 0.85, 0.9, 0.95, 0.95, 0.95, 0.95, 0.95, 1, 1.15, 1.25, 1.25, 1.15, 1.1, 1.05, 1, 1, 1,
  0.95, 0.95,
];

const activities: Record<'fx' | 'crypto' | 'day', (index: number) => number> = {
  fx: (index) => fxByHour[Math.floor((index % FX_WEEK) / 60) % 24]!,
  crypto: (index) => cryptoByHour[Math.floor(index / 60) % 24]!,
  day: (index) => {
    const minute = index % EQUITY_DAY;
    if (minute >= 390) return 0.9;
    const fromMiddle = Math.abs(minute - 210) / 210;
    return 0.75 + 0.75 * fromMiddle * fromMiddle;
  },
};

export const activity = (calendar: CalendarName) => activities[rhythmOf[calendar]];
