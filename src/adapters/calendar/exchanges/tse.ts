import { HOUR, MINUTE } from '../../../domain/time.ts';
import { weekdayOfMonth } from '../new-york.ts';
import { addDays, type Exchange, type ExchangeDate, iso, isWeekend, weekdayOf, yearly } from './exchange.ts';

/**
 * Tokyo Stock Exchange: 9:00 to 11:30 and 12:30 to 15:30 (to 15:00 before 2024-11-05); shut on Japan's holidays, on 31
 * December and on the first three days of January.
 * @see https://www8.cao.go.jp/chosei/shukujitsu/gaiyou.html (the holidays of Japan)
 */
const CLOSE_MOVED = '2024-11-05';

/** Moved for the Olympic Games. */
const games: Record<number, Record<'marine' | 'sports' | 'mountain', [number, number]>> = {
  2020: { marine: [7, 23], sports: [7, 24], mountain: [8, 10] },
  2021: { marine: [7, 22], sports: [7, 23], mountain: [8, 8] },
};
/** One accession, one enthronement, and one day on which the machines stood still. */
const single: [string, string][] = [
  ['2019-05-01', 'Accession of the Emperor'],
  ['2019-10-22', 'Enthronement of the Emperor'],
  ['2020-10-01', 'System failure'],
];

/** Day of the equinox in Japan, good for 1980 to 2099. */
const equinox = (year: number, base: number) =>
  Math.floor(base + 0.242194 * (year - 1980) - Math.floor((year - 1980) / 4));

const holiday = yearly((year) => {
  const found = new Map<string, string>(single.filter(([date]) => date.startsWith(`${year}-`)));
  const add = ([month, day]: [number, number], name: string) => found.set(iso({ year, month, day }), name);
  const monday = (month: number, nth: number): [number, number] => [month, weekdayOfMonth(year, month, 1, nth)];
  add([1, 1], "New Year's Day");
  add(year >= 2000 ? monday(1, 2) : [1, 15], 'Coming of Age Day');
  add([2, 11], 'National Foundation Day');
  if (year >= 2020) add([2, 23], "Emperor's Birthday");
  add([3, equinox(year, 20.8431)], 'Vernal equinox');
  add([4, 29], 'Showa Day');
  add([5, 3], 'Constitution Day');
  add([5, 4], 'Greenery Day');
  add([5, 5], "Children's Day");
  if (year >= 1996) add(games[year]?.marine ?? (year >= 2003 ? monday(7, 3) : [7, 20]), 'Marine Day');
  if (year >= 2016) add(games[year]?.mountain ?? [8, 11], 'Mountain Day');
  add(year >= 2003 ? monday(9, 3) : [9, 15], 'Respect for the Aged Day');
  add([9, equinox(year, 23.2488)], 'Autumnal equinox');
  add(games[year]?.sports ?? (year >= 2000 ? monday(10, 2) : [10, 10]), 'Sports Day');
  add([11, 3], 'Culture Day');
  add([11, 23], 'Labour Thanksgiving Day');
  if (year >= 1989 && year <= 2018) add([12, 23], "Emperor's Birthday");
  // A weekday between two holidays is one itself; a holiday on a Sunday moves to the next day that is none.
  for (const date of [...found.keys()]) {
    const [y, m, d] = date.split('-').map(Number) as [number, number, number];
    const after = addDays({ year: y, month: m, day: d }, 2);
    const between = addDays(after, -1);
    if (found.has(iso(after)) && !found.has(iso(between)) && weekdayOf(between) !== 0) {
      found.set(iso(between), "Citizens' holiday");
    }
  }
  for (const date of [...found.keys()]) {
    const [y, m, d] = date.split('-').map(Number) as [number, number, number];
    let kept: ExchangeDate = { year: y, month: m, day: d };
    if (weekdayOf(kept) !== 0) continue;
    while (found.has(iso(kept))) kept = addDays(kept, 1);
    found.set(iso(kept), `${found.get(date)} (substitute)`);
  }
  add([1, 2], 'New Year');
  add([1, 3], 'New Year');
  add([12, 31], "New Year's Eve");
  return found;
});

export const tse: Exchange = (date) => {
  const name = isWeekend(date) ? 'Weekend' : holiday(date);
  if (name) return { regular: [], holiday: name };
  // Japan has no summer time.
  const at = (hour: number, minute = 0) =>
    Date.UTC(date.year, date.month - 1, date.day) + (hour - 9) * HOUR + minute * MINUTE;
  const close = iso(date) >= CLOSE_MOVED ? at(15, 30) : at(15);
  return {
    regular: [
      { open: at(9), close: at(11, 30) },
      { open: at(12, 30), close },
    ],
  };
};
