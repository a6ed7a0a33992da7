import { europeanTime } from '../european-time.ts';
import { weekdayOfMonth } from '../new-york.ts';
import {
  addDays,
  type Exchange,
  type ExchangeDate,
  easterSunday,
  iso,
  isWeekend,
  weekdayOf,
  yearly,
} from './exchange.ts';

/**
 * London Stock Exchange: 8:00 to 16:30, until 12:30 on the last trading days before Christmas and New Year; shut on the
 * bank holidays of England and Wales.
 * @see https://www.gov.uk/bank-holidays and the exchange's yearly notice of business days
 */

/** By royal proclamation. */
const proclaimed: [string, string][] = [
  ['1999-12-31', 'Millennium'],
  ['2002-06-03', 'Golden Jubilee'],
  ['2011-04-29', 'Royal wedding'],
  ['2012-06-05', 'Diamond Jubilee'],
  ['2022-06-03', 'Platinum Jubilee'],
  ['2022-09-19', 'State funeral of Queen Elizabeth II'],
  ['2023-05-08', 'Coronation of King Charles III'],
];
/** Bank holidays that were moved. */
const movedMay: Record<number, [number, number]> = { 1995: [5, 8], 2020: [5, 8] };
const movedSpring: Record<number, [number, number]> = { 2002: [6, 4], 2012: [6, 4], 2022: [6, 2] };

const holiday = yearly((year) => {
  const found = new Map<string, string>(proclaimed.filter(([date]) => date.startsWith(`${year}-`)));
  const add = (date: ExchangeDate, name: string) => found.set(iso(date), name);
  const on = (month: number, day: number): ExchangeDate => ({ year, month, day });
  /** On a weekend it is kept on the next weekday that is free. */
  const substituted = (date: ExchangeDate, name: string) => {
    let kept = date;
    while (isWeekend(kept) || found.has(iso(kept))) kept = addDays(kept, 1);
    add(kept, name);
  };
  substituted(on(1, 1), "New Year's Day");
  const easter = easterSunday(year);
  add(addDays(easter, -2), 'Good Friday');
  add(addDays(easter, 1), 'Easter Monday');
  add(on(...(movedMay[year] ?? [5, weekdayOfMonth(year, 5, 1, 1)])), 'Early May bank holiday');
  add(on(...(movedSpring[year] ?? [5, weekdayOfMonth(year, 5, 1, 0)])), 'Spring bank holiday');
  add(on(8, weekdayOfMonth(year, 8, 1, 0)), 'Summer bank holiday');
  // Where one of both falls on the weekend, the weekdays after them are kept in this order.
  const christmas = weekdayOf(on(12, 25));
  if (christmas === 0) {
    add(on(12, 26), 'Boxing Day');
    add(on(12, 27), 'Christmas Day (substitute)');
  } else {
    substituted(on(12, 25), 'Christmas Day');
    substituted(on(12, 26), 'Boxing Day');
  }
  return found;
});

/** The last trading day before a date. */
function tradingDayBefore(date: ExchangeDate): string {
  let before = addDays(date, -1);
  while (isWeekend(before) || holiday(before)) before = addDays(before, -1);
  return iso(before);
}

export const lse: Exchange = (date) => {
  const name = holiday(date);
  if (name) return { regular: [], holiday: name };
  const { year, month } = date;
  const early =
    month === 12 &&
    [tradingDayBefore({ year, month: 12, day: 25 }), tradingDayBefore({ year: year + 1, month: 1, day: 1 })].includes(
      iso(date),
    );
  const open = europeanTime('London', date, 8);
  if (!early) return { regular: [{ open, close: europeanTime('London', date, 16, 30) }] };
  const close = europeanTime('London', date, 12, 30);
  return { regular: [{ open, close }], earlyClose: true, holiday: 'Half day before a holiday' };
};
