import type { CalendarName } from '../../../domain/instrument.ts';
import { DAY, HOUR, MINUTE, type Timestamp, WEEK } from '../../../domain/time.ts';
import { europeanOffset } from '../../calendar/european-time.ts';
import { newYorkOffset } from '../../calendar/new-york.ts';

/**
 * Trading minutes of a calendar, numbered. Shut hours take fewer minutes than they last, which makes the gap of a
 * weekend or a night: 120 for an FX weekend, 130 for a night in shares, none for crypto.
 */
interface Rhythm {
  /** Numbers used up in a year. */
  yearMinutes: number;
  /** Asked only for times in a session. */
  indexOf(time: Timestamp): number;
  /** Square root of relative variance, about 1 on average. */
  activity(index: number): number;
}

const FX_WEEK = 7200 + 120;
const NIGHT = 130;
// Thursday 1970-01-01; the first Sunday 17:00 and the first Monday of the epoch, on the wall clock.
const FIRST_SUNDAY_17 = 3 * DAY + 17 * 60 * MINUTE;
const FIRST_MONDAY = 4 * DAY;

/** New York hours from 17:00. */
const fxByHour = [
  0.55, 0.6, 0.7, 0.8, 0.75, 0.7, 0.65, 0.6, 0.6, 0.8, 1.15, 1.3, 1.2, 1.1, 1.1, 1.4, 1.5, 1.45, 1.3, 1.05, 0.9, 0.8,
  0.7, 0.5,
];
const cryptoByHour = [
  1.05, 1, 0.95, 0.9, 0.85, 0.85, 0.9, 0.95, 0.95, 0.95, 0.95, 0.95, 1, 1.15, 1.25, 1.25, 1.15, 1.1, 1.05, 1, 1, 1,
  0.95, 0.95,
];

const roundTheWeek: Rhythm = {
  yearMinutes: (365.25 / 7) * FX_WEEK,
  indexOf(time) {
    const wall = time + newYorkOffset(time);
    const week = Math.floor((wall - FIRST_SUNDAY_17) / WEEK);
    return week * FX_WEEK + Math.floor((wall - FIRST_SUNDAY_17 - week * WEEK) / MINUTE);
  },
  activity: (index) => fxByHour[Math.floor((index % FX_WEEK) / 60) % 24]!,
};

const roundTheClock: Rhythm = {
  yearMinutes: 365.25 * 1440,
  indexOf: (time) => Math.floor(time / MINUTE),
  activity: (index) => cryptoByHour[Math.floor(index / 60) % 24]!,
};

/** Five days a week at an exchange, busiest at both ends; a lunch break only leaves its minutes out. */
function exchangeDay(opens: number, closes: number, offset: (time: Timestamp) => number): Rhythm {
  const length = closes - opens;
  const day = length + NIGHT;
  const middle = 210 * (length / 390);
  return {
    yearMinutes: (365.25 / 7) * 5 * day,
    indexOf(time) {
      const wall = time + offset(time);
      const days = Math.floor((wall - FIRST_MONDAY) / DAY);
      const weekday = ((days % 7) + 7) % 7;
      const session = Math.floor(days / 7) * 5 + weekday;
      return session * day + Math.floor((wall - FIRST_MONDAY - days * DAY) / MINUTE) - opens;
    },
    activity(index) {
      const minute = index % day;
      if (minute >= length) return 0.9;
      const fromMiddle = Math.abs(minute - middle) / middle;
      return 0.75 + 0.75 * fromMiddle * fromMiddle;
    },
  };
}

/** Opening and closing minute of the day on the exchange's own clock. */
const rhythmOf: Record<CalendarName, Rhythm> = {
  fx: roundTheWeek,
  'cme-fx': roundTheWeek,
  crypto: roundTheClock,
  'us-equity': exchangeDay(570, 960, newYorkOffset),
  lse: exchangeDay(480, 990, (time) => europeanOffset('London', time)),
  xetra: exchangeDay(540, 1050, (time) => europeanOffset('Frankfurt', time)),
  tse: exchangeDay(540, 930, () => 9 * HOUR),
};

export const yearMinutes = (calendar: CalendarName) => rhythmOf[calendar].yearMinutes;

/** The number of the minute that holds `time`; asked only for times in a session. */
export const minuteIndex = (calendar: CalendarName, time: Timestamp) => rhythmOf[calendar].indexOf(time);

/** Activity at a minute's number: square root of relative variance. */
export const activity = (calendar: CalendarName) => rhythmOf[calendar].activity;
