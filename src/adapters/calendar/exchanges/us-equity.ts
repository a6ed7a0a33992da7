import { newYorkTime, weekdayOfMonth } from '../new-york.ts';
import { addDays, type Exchange, type ExchangeDate, easterSunday, iso, weekdayOf, yearly } from './exchange.ts';

/**
 * NYSE and Nasdaq: 9:30 to 16:00 New York, until 13:00 on early closes; before that from 4:00, after it until 20:00 (17:00
 * on early closes).
 * @see https://www.nyse.com/markets/hours-calendars
 */

/** Days on which the exchanges stayed shut without a rule. */
const single: [string, string][] = [
  ['1994-04-27', 'Funeral of Richard Nixon'],
  ['2001-09-11', 'Attacks of 11 September'],
  ['2001-09-12', 'Attacks of 11 September'],
  ['2001-09-13', 'Attacks of 11 September'],
  ['2001-09-14', 'Attacks of 11 September'],
  ['2004-06-11', 'Funeral of Ronald Reagan'],
  ['2007-01-02', 'Funeral of Gerald Ford'],
  ['2012-10-29', 'Hurricane Sandy'],
  ['2012-10-30', 'Hurricane Sandy'],
  ['2018-12-05', 'Funeral of George H. W. Bush'],
  ['2025-01-09', 'Funeral of Jimmy Carter'],
];
/** Early closes without a rule; in 2002 the day after the holiday, not the day before it. */
const singleEarly = ['2002-07-05', '2003-12-26'];
const noEarly = '2002-07-03';

const holiday = yearly((year) => {
  const found = new Map<string, string>(single.filter(([date]) => date.startsWith(`${year}-`)));
  const add = (date: ExchangeDate, name: string) => found.set(iso(date), name);
  const on = (month: number, day: number): ExchangeDate => ({ year, month, day });
  // A holiday on Sunday is kept on Monday, one on Saturday on Friday, but New Year's Day never on 31 December.
  const fixed = (month: number, day: number, name: string) => {
    const date = on(month, day);
    const weekday = weekdayOf(date);
    if (weekday === 0) add(addDays(date, 1), name);
    else if (weekday !== 6) add(date, name);
    else if (month !== 1) add(addDays(date, -1), name);
  };
  fixed(1, 1, "New Year's Day");
  if (year >= 1998) add(on(1, weekdayOfMonth(year, 1, 1, 3)), 'Martin Luther King Day');
  if (year >= 1971) add(on(2, weekdayOfMonth(year, 2, 1, 3)), "Washington's Birthday");
  add(addDays(easterSunday(year), -2), 'Good Friday');
  if (year >= 1971) add(on(5, weekdayOfMonth(year, 5, 1, 0)), 'Memorial Day');
  if (year >= 2022) fixed(6, 19, 'Juneteenth');
  fixed(7, 4, 'Independence Day');
  add(on(9, weekdayOfMonth(year, 9, 1, 1)), 'Labor Day');
  add(on(11, weekdayOfMonth(year, 11, 4, 4)), 'Thanksgiving Day');
  fixed(12, 25, 'Christmas Day');
  return found;
});

const earlyClose = yearly((year) => {
  const found = new Map<string, string>();
  const thanksgiving: ExchangeDate = { year, month: 11, day: weekdayOfMonth(year, 11, 4, 4) };
  found.set(iso(addDays(thanksgiving, 1)), 'Day after Thanksgiving');
  // The day before a midweek holiday ends at 13:00, unless it is itself the kept holiday or a weekend.
  for (const [month, day, name] of [
    [7, 3, 'Eve of Independence Day'],
    [12, 24, 'Christmas Eve'],
  ] as const) {
    const weekday = weekdayOf({ year, month, day });
    if (weekday >= 1 && weekday <= 4) found.set(iso({ year, month, day }), name);
  }
  for (const date of singleEarly) if (date.startsWith(`${year}-`)) found.set(date, 'Day after a holiday');
  found.delete(noEarly);
  return found;
});

export const usEquity: Exchange = (date) => {
  const shut = holiday(date);
  if (shut) return { regular: [], holiday: shut };
  const early = earlyClose(date);
  const at = (hour: number, minute = 0) => newYorkTime(date.year, date.month, date.day, hour, minute);
  const close = at(early ? 13 : 16);
  return {
    regular: [{ open: at(9, 30), close }],
    extended: [
      { open: at(4), close: at(9, 30) },
      { open: close, close: at(early ? 17 : 20) },
    ],
    ...(early ? { earlyClose: true, holiday: early } : {}),
  };
};
