import { europeanTime } from '../european-time.ts';
import { addDays, type Exchange, type ExchangeDate, easterSunday, iso, isWeekend, yearly } from './exchange.ts';

/**
 * Xetra in Frankfurt: 9:00 to 17:30, until 14:00 on the last trading day of the year.
 * @see the trading calendar that Deutsche Boerse publishes each year: Whit Monday and 3 October were days off in 2015 to
 * 2021 and are trading days since 2022
 */
const holiday = yearly((year) => {
  const found = new Map<string, string>();
  const add = (date: ExchangeDate, name: string) => found.set(iso(date), name);
  const on = (month: number, day: number): ExchangeDate => ({ year, month, day });
  const easter = easterSunday(year);
  add(on(1, 1), "New Year's Day");
  add(addDays(easter, -2), 'Good Friday');
  add(addDays(easter, 1), 'Easter Monday');
  add(on(5, 1), 'Labour Day');
  if (year >= 2015 && year <= 2021) {
    add(addDays(easter, 50), 'Whit Monday');
    add(on(10, 3), 'Day of German Unity');
  }
  // The quincentenary of the Reformation was a holiday in all of Germany.
  if (year === 2017) add(on(10, 31), 'Reformation Day');
  add(on(12, 24), 'Christmas Eve');
  add(on(12, 25), 'Christmas Day');
  add(on(12, 26), 'Boxing Day');
  add(on(12, 31), "New Year's Eve");
  return found;
});

function lastOfYear(year: number): string {
  let date: ExchangeDate = { year, month: 12, day: 30 };
  while (isWeekend(date)) date = addDays(date, -1);
  return iso(date);
}

export const xetra: Exchange = (date) => {
  const name = holiday(date);
  if (name) return { regular: [], holiday: name };
  const open = europeanTime('Frankfurt', date, 9);
  if (date.month === 12 && iso(date) === lastOfYear(date.year)) {
    const close = europeanTime('Frankfurt', date, 14);
    return { regular: [{ open, close }], earlyClose: true, holiday: 'Last trading day of the year' };
  }
  return { regular: [{ open, close: europeanTime('Frankfurt', date, 17, 30) }] };
};
