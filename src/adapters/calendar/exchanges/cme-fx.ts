import { newYorkTime, weekdayOfMonth } from '../new-york.ts';
import { addDays, type Exchange, type ExchangeDate, easterSunday, iso, weekdayOf } from './exchange.ts';

/**
 * Currency futures of CME: each trading day from 17:00 of the day before to 16:00 in Chicago, with the halts of United
 * States holidays. They were whole days off before 2009, halts at noon from then to 2021, and since 2022 only on Fridays.
 * @see https://www.cmegroup.com/trading-hours.html (holiday hours, one notice per holiday)
 */
interface Special {
  name: string;
  /** Chicago wall time of the early close; shut for the whole day without one. */
  until?: [hour: number, minute: number];
}

const years = new Map<number, Map<string, Special>>();

function specialDays(year: number): Map<string, Special> {
  const known = years.get(year);
  if (known) return known;
  const found = new Map<string, Special>();
  const on = (month: number, day: number): ExchangeDate => ({ year, month, day });
  const put = (date: ExchangeDate, name: string, until?: [number, number]) =>
    found.set(iso(date), until ? { name, until } : { name });
  /** On Sunday it is kept on Monday, on Saturday on Friday. */
  const kept = (date: ExchangeDate) => addDays(date, ({ 0: 1, 6: -1 } as Record<number, number>)[weekdayOf(date)] ?? 0);
  const goodFriday = addDays(easterSunday(year), -2);
  const thanksgiving = on(11, weekdayOfMonth(year, 11, 4, 4));
  const independence = kept(on(7, 4));
  const mondays: [ExchangeDate, string][] = [
    [on(1, weekdayOfMonth(year, 1, 1, 3)), 'Martin Luther King Day'],
    [on(2, weekdayOfMonth(year, 2, 1, 3)), "Presidents' Day"],
    [on(5, weekdayOfMonth(year, 5, 1, 0)), 'Memorial Day'],
    [on(9, weekdayOfMonth(year, 9, 1, 1)), 'Labor Day'],
  ];
  const holidays: [ExchangeDate, string][] = [
    ...mondays,
    [independence, 'Independence Day'],
    [thanksgiving, 'Thanksgiving Day'],
    ...(year >= 2022 ? ([[kept(on(6, 19)), 'Juneteenth']] as [ExchangeDate, string][]) : []),
  ];
  if (year >= 2009) {
    if (year <= 2015) layEves(year, mondays, independence, put);
    for (const [date, name] of holidays) if (year < 2022 || weekdayOf(date) === 5) put(date, name, [12, 0]);
    put(addDays(thanksgiving, 1), 'Day after Thanksgiving', year >= 2025 ? [13, 45] : [12, 15]);
    const eve = on(12, 24);
    if (weekdayOf(eve) >= 1 && weekdayOf(eve) <= 4) put(eve, 'Christmas Eve', year >= 2025 ? [12, 45] : [12, 15]);
    if (weekdayOf(on(12, 31)) === 5 && year < 2021) put(on(12, 31), "New Year's Eve", [12, 15]);
    if (year === 2009) put(addDays(goodFriday, -1), 'Eve of Good Friday', [15, 15]);
    // The report on employment comes out on the first Friday of a month, Good Friday or not.
    const report = goodFriday.month === 4 && goodFriday.day <= 7 && year >= 2010;
    put(goodFriday, 'Good Friday', report ? [10, 15] : undefined);
  } else {
    for (const [date, name] of holidays) put(date, name);
    put(goodFriday, 'Good Friday');
  }
  put(kept(on(12, 25)), 'Christmas Day');
  // New Year's Day is never kept in the old year.
  if (weekdayOf(on(1, 1)) !== 6) put(kept(on(1, 1)), "New Year's Day");
  years.set(year, found);
  return found;
}

/** Until May 2015 the Friday before a long weekend ended at 15:15. */
function layEves(
  year: number,
  mondays: readonly [ExchangeDate, string][],
  independence: ExchangeDate,
  put: (date: ExchangeDate, name: string, until: [number, number]) => void,
) {
  const long = mondays.map(([date]) => date);
  if (weekdayOf(independence) === 1) long.push(independence);
  if (year <= 2012) long.push({ year, month: 10, day: weekdayOfMonth(year, 10, 1, 2) });
  for (const monday of long) {
    const friday = addDays(monday, -3);
    if (iso(friday) <= '2015-05-31') put(friday, 'Eve of a long weekend', [15, 15]);
  }
}

export const cmeFx: Exchange = (date) => {
  const { year, month, day } = date;
  const special = specialDays(year).get(iso(date));
  if (special && !special.until) return { regular: [], holiday: special.name };
  const [hour, minute] = special?.until ?? [16, 0];
  // Chicago is an hour behind New York, all year.
  const open = newYorkTime(year, month, day - 1, 18);
  const close = newYorkTime(year, month, day, hour + 1, minute);
  return { regular: [{ open, close }], ...(special ? { holiday: special.name, earlyClose: true } : {}) };
};
