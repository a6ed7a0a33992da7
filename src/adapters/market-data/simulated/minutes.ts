import type { CalendarName } from '../../../domain/instrument.ts';
import { DAY, type Duration, HOUR, MINUTE, type Timestamp, WEEK } from '../../../domain/time.ts';
import { europeanOffset } from '../../calendar/european-time.ts';
import { newYorkOffset } from '../../calendar/new-york.ts';

/**
 * Trading minutes of a calendar, numbered. Shut hours take fewer minutes than they last, which makes the gap of a
 * weekend or a night: 120 for an FX weekend, 130 for a night in shares, none for crypto.
 */
const FX_WEEK = 7200 + 120;
const NIGHT = 130;
// Thursday 1970-01-01; the first Sunday 17:00 and the first Monday of the epoch, on the wall clock.
const FIRST_SUNDAY_17 = 3 * DAY + 17 * 60 * MINUTE;
const FIRST_MONDAY = 4 * DAY;

/** A day at an exchange: minutes from its first opening to its close, the wall clock's minute of that opening. */
interface ExchangeDay {
  open: number;
  length: number;
  offset: (time: Timestamp) => Duration;
}
const exchangeDays: Partial<Record<CalendarName, ExchangeDay>> = {
  'us-equity': { open: 570, length: 390, offset: newYorkOffset },
  lse: { open: 480, length: 510, offset: (time) => europeanOffset('London', time) },
  xetra: { open: 540, length: 510, offset: (time) => europeanOffset('Frankfurt', time) },
  // With its lunch: 9:00 to 15:30, to 15:00 before November 2024.
  tse: { open: 540, length: 390, offset: () => 9 * HOUR },
};

/** Round the clock, a day at an exchange, or round the week. */
export function yearMinutes(calendar: CalendarName): number {
  const day = exchangeDays[calendar];
  if (day) return (365.25 / 7) * 5 * (day.length + NIGHT);
  return calendar === 'crypto' ? 365.25 * 1440 : (365.25 / 7) * FX_WEEK;
}

/** The number of the minute that holds `time`; asked only for times in a session. */
export function minuteIndex(calendar: CalendarName, time: Timestamp): number {
  if (calendar === 'crypto') return Math.floor(time / MINUTE);
  const day = exchangeDays[calendar];
  const wall = time + (day?.offset ?? newYorkOffset)(time);
  if (!day) {
    const week = Math.floor((wall - FIRST_SUNDAY_17) / WEEK);
    return week * FX_WEEK + Math.floor((wall - FIRST_SUNDAY_17 - week * WEEK) / MINUTE);
  }
  const days = Math.floor((wall - FIRST_MONDAY) / DAY);
  const weekday = ((days % 7) + 7) % 7;
  const session = Math.floor(days / 7) * 5 + weekday;
  return session * (day.length + NIGHT) + Math.floor((wall - FIRST_MONDAY - days * DAY) / MINUTE) - day.open;
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

/** Relative activity at a minute index of a calendar. */
export function activity(calendar: CalendarName): (index: number) => number {
  if (calendar === 'crypto') return (index) => cryptoByHour[Math.floor(index / 60) % 24]!;
  const day = exchangeDays[calendar];
  if (!day) return (index) => fxByHour[Math.floor((index % FX_WEEK) / 60) % 24]!;
  // Busiest at the open and the close, least busy a little after the middle.
  const middle = day.length / 2 + 15;
  return (index) => {
    const minute = index % (day.length + NIGHT);
    if (minute >= day.length) return 0.9;
    const fromMiddle = Math.abs(minute - middle) / middle;
    return 0.75 + 0.75 * fromMiddle * fromMiddle;
  };
}
