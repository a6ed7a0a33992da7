import type { TradingSession } from '../../../ports/calendar.ts';

/** A date of an exchange's own calendar; month is 1 to 12. */
export interface ExchangeDate {
  year: number;
  month: number;
  day: number;
}

/** The trading day of a date that is no Saturday or Sunday. */
export interface ExchangeDay {
  /** None where the exchange is shut. */
  regular: TradingSession[];
  extended?: TradingSession[];
  /** Why it is shut, or shuts early. */
  holiday?: string;
  earlyClose?: boolean;
}

/** How one exchange lays out its days: by rule, and by tables for what no rule gives. */
export type Exchange = (date: ExchangeDate) => ExchangeDay;

export const iso = ({ year, month, day }: ExchangeDate) =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

/** 0 is Sunday. */
export const weekdayOf = ({ year, month, day }: ExchangeDate) => new Date(Date.UTC(year, month - 1, day)).getUTCDay();

export const addDays = ({ year, month, day }: ExchangeDate, count: number): ExchangeDate => {
  const date = new Date(Date.UTC(year, month - 1, day + count));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
};

export const isWeekend = (date: ExchangeDate) => [0, 6].includes(weekdayOf(date));

/** Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876). */
export function easterSunday(year: number): ExchangeDate {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = b - Math.floor(b / 4) - Math.floor((8 * b + 13) / 25) + 19 * a + 15;
  const h = d % 30;
  const i = Math.floor(c / 4);
  const l = (32 + 2 * (b % 4) + 2 * i - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const sum = h + l - 7 * m + 114;
  return { year, month: Math.floor(sum / 31), day: (sum % 31) + 1 };
}

/** Holidays by date, computed once a year. */
export function yearly(lay: (year: number) => Map<string, string>): (date: ExchangeDate) => string | undefined {
  const years = new Map<number, Map<string, string>>();
  return (date) => {
    const known = years.get(date.year) ?? lay(date.year);
    years.set(date.year, known);
    return known.get(iso(date));
  };
}
