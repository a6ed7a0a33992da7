import { DAY, HOUR, MINUTE, type Timestamp } from '../../domain/time.ts';

/**
 * New York wall time by rule, without the zone database: session calendars ask it millions of times in a backtest.
 * Rules of 1967, 1987 and 2007; the energy-crisis years 1974 and 1975 are left out.
 */

/** Day of the month of the nth (1-based) or last (0) given weekday; 0 is Sunday. */
export function weekdayOfMonth(year: number, month: number, weekday: number, nth: number): number {
  if (nth === 0) {
    const last = new Date(Date.UTC(year, month, 0));
    return last.getUTCDate() - ((last.getUTCDay() - weekday + 7) % 7);
  }
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  return 1 + ((weekday - first + 7) % 7) + (nth - 1) * 7;
}

interface Change {
  /** First instants of summer and of winter time. */
  summer: Timestamp;
  winter: Timestamp;
}
const changes = new Map<number, Change>();

function changesOf(year: number): Change {
  const known = changes.get(year);
  if (known) return known;
  const [startMonth, startNth, endMonth, endNth] =
    year >= 2007 ? [3, 2, 11, 1] : year >= 1987 ? [4, 1, 10, 0] : [4, 0, 10, 0];
  // Both happen at 2:00 by the clock that ends: 7:00 UTC in spring, 6:00 UTC in autumn.
  const change = {
    summer: Date.UTC(year, startMonth - 1, weekdayOfMonth(year, startMonth, 0, startNth), 7),
    winter: Date.UTC(year, endMonth - 1, weekdayOfMonth(year, endMonth, 0, endNth), 6),
  };
  changes.set(year, change);
  return change;
}

/** What to add to UTC to get New York's wall clock: -5 or -4 hours. */
export function newYorkOffset(time: Timestamp): number {
  const { summer, winter } = changesOf(new Date(time).getUTCFullYear());
  return time >= summer && time < winter ? -4 * HOUR : -5 * HOUR;
}

/** UTC of a New York wall time (hours after 2:00 on days that change the clock). `month` is 1 to 12. */
export function newYorkTime(year: number, month: number, day: number, hour: number, minute = 0): Timestamp {
  const wall = Date.UTC(year, month - 1, day) + hour * HOUR + minute * MINUTE;
  const guess = wall + 5 * HOUR;
  const early = wall + 4 * HOUR;
  return newYorkOffset(early) === -4 * HOUR ? early : guess;
}

/** Year, month (1 to 12), day, weekday (0 is Sunday) and minutes since midnight in New York. */
export function newYorkParts(time: Timestamp) {
  const wall = time + newYorkOffset(time);
  const date = new Date(wall);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    minutes: Math.floor((wall - Math.floor(wall / DAY) * DAY) / MINUTE),
  };
}
