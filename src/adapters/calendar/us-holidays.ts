import { addDays, easterSunday } from './exchanges/exchange.ts';
import { weekdayOfMonth } from './new-york.ts';

/** Days on which the New York exchanges stay shut without a rule: mourning, attacks, storms. */
const single = new Set([
  '1994-04-27',
  '2001-09-11',
  '2001-09-12',
  '2001-09-13',
  '2001-09-14',
  '2004-06-11',
  '2007-01-02',
  '2012-10-29',
  '2012-10-30',
  '2018-12-05',
  '2025-01-09',
]);
const singleEarly = new Set(['2002-07-05', '2003-12-26']);

const years = new Map<number, { closed: Set<string>; early: Set<string> }>();

/** Whether US shares trade that day: `closed`, `early` (until 13:00 New York) or `full`. Weekends are not its matter. */
export function usTradingDay(year: number, month: number, day: number): 'closed' | 'early' | 'full' {
  const known = years.get(year) ?? daysOf(year);
  years.set(year, known);
  const date = iso(year, month, day);
  return known.closed.has(date) ? 'closed' : known.early.has(date) ? 'early' : 'full';
}

function daysOf(year: number) {
  const closed = new Set<string>();
  const early = new Set<string>();
  const add = (month: number, day: number) => closed.add(iso(year, month, day));
  // A holiday on Sunday is kept on Monday, one on Saturday on Friday, but New Year's Day never on 31 December.
  const fixed = (month: number, day: number) => {
    const weekday = weekdayOf(year, month, day);
    if (weekday === 0) add(month, day + 1);
    else if (weekday !== 6) add(month, day);
    else if (month !== 1) add(month, day - 1);
  };
  fixed(1, 1);
  if (year >= 1998) add(1, weekdayOfMonth(year, 1, 1, 3));
  if (year >= 1971) add(2, weekdayOfMonth(year, 2, 1, 3));
  const friday = addDays(easterSunday(year), -2);
  add(friday.month, friday.day);
  if (year >= 1971) add(5, weekdayOfMonth(year, 5, 1, 0));
  if (year >= 2022) fixed(6, 19);
  fixed(7, 4);
  add(9, weekdayOfMonth(year, 9, 1, 1));
  const thanksgiving = weekdayOfMonth(year, 11, 4, 4);
  add(11, thanksgiving);
  fixed(12, 25);
  early.add(iso(year, 11, thanksgiving + 1));
  // The day before a midweek holiday ends at 13:00, unless it is itself the kept holiday or a weekend.
  for (const [month, day] of [
    [7, 3],
    [12, 24],
  ] as const) {
    const weekday = weekdayOf(year, month, day);
    if (weekday >= 1 && weekday <= 4) early.add(iso(year, month, day));
  }
  for (const date of single) if (date.startsWith(`${year}-`)) closed.add(date);
  for (const date of singleEarly) if (date.startsWith(`${year}-`)) early.add(date);
  if (year === 2002) early.delete('2002-07-03');
  return { closed, early };
}

const iso = (year: number, month: number, day: number) =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

const weekdayOf = (year: number, month: number, day: number) => new Date(Date.UTC(year, month - 1, day)).getUTCDay();
