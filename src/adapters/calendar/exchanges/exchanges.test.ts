import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CalendarName, calendarNames } from '../../../domain/instrument.ts';
import { DAY, HOUR, MINUTE, parseTime, toIso } from '../../../domain/time.ts';
import { needsShared, sharedJson } from '../../../testing/shared.ts';
import { sessionCalendar } from '../sessions.ts';

const { days, holiday, isOpen, nextOpen } = sessionCalendar;
const hours = (calendar: CalendarName, date: string) =>
  days(calendar, date, date).flatMap(({ regular }) =>
    regular.map(({ open, close }) => `${toIso(open).slice(11, 16)}-${toIso(close).slice(11, 16)}`),
  );
/** Weekdays of a year on which an exchange is shut. */
const shut = (calendar: CalendarName, year: number) => {
  const trading = new Set(days(calendar, `${year}-01-01`, `${year}-12-31`).map((each) => each.date));
  const found: string[] = [];
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += DAY) {
    const date = toIso(at).slice(0, 10);
    if (![0, 6].includes(new Date(at).getUTCDay()) && !trading.has(date)) found.push(date.slice(5));
  }
  return found;
};

describe('London', () => {
  it.each([
    [2020, '01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28'],
    [2021, '01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28'],
    [2022, '01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27'],
    [2023, '01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26'],
    [2025, '01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26'],
    [2026, '01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28'],
  ])('kept the bank holidays of %i', (year, dates) => {
    expect(shut('lse', year).join(' ')).toBe(dates);
  });

  it('opens an hour earlier by UTC in summer, and ends early before Christmas and New Year', () => {
    expect(hours('lse', '2025-01-15')).toEqual(['08:00-16:30']);
    expect(hours('lse', '2025-07-15')).toEqual(['07:00-15:30']);
    expect(hours('lse', '2023-12-22')).toEqual(['08:00-12:30']);
    expect(hours('lse', '2025-12-31')).toEqual(['08:00-12:30']);
    expect(holiday('lse', '2025-12-24')).toMatchObject({ earlyClose: parseTime('2025-12-24T12:30:00Z') });
  });
});

describe('Frankfurt', () => {
  it.each([
    [2021, '01-01 04-02 04-05 05-24 12-24 12-31'],
    [2022, '04-15 04-18 12-26'],
    [2024, '01-01 03-29 04-01 05-01 12-24 12-25 12-26 12-31'],
    [2025, '01-01 04-18 04-21 05-01 12-24 12-25 12-26 12-31'],
  ])('was shut in %i on the exchange holidays', (year, dates) => {
    expect(shut('xetra', year).join(' ')).toBe(dates);
  });

  it('trades until 17:30, and until 14:00 on the last day of the year', () => {
    expect(hours('xetra', '2025-07-15')).toEqual(['07:00-15:30']);
    expect(hours('xetra', '2025-12-30')).toEqual(['08:00-13:00']);
  });
});

describe('Tokyo', () => {
  it.each([
    [
      2019,
      '01-01 01-02 01-03 01-14 02-11 03-21 04-29 04-30 05-01 05-02 05-03 05-06 07-15 08-12 09-16 09-23 10-14 10-22 11-04 12-31',
    ],
    [
      2020,
      '01-01 01-02 01-03 01-13 02-11 02-24 03-20 04-29 05-04 05-05 05-06 07-23 07-24 08-10 09-21 09-22 10-01 11-03 11-23 12-31',
    ],
    [2021, '01-01 01-11 02-11 02-23 04-29 05-03 05-04 05-05 07-22 07-23 08-09 09-20 09-23 11-03 11-23 12-31'],
    [
      2025,
      '01-01 01-02 01-03 01-13 02-11 02-24 03-20 04-29 05-05 05-06 07-21 08-11 09-15 09-23 10-13 11-03 11-24 12-31',
    ],
    [
      2026,
      '01-01 01-02 01-12 02-11 02-23 03-20 04-29 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23 12-31',
    ],
  ])('kept the holidays of %i', (year, dates) => {
    expect(shut('tse', year).join(' ')).toBe(dates);
  });

  it('pauses for lunch and closes half an hour later since November 2024', () => {
    expect(hours('tse', '2024-11-01')).toEqual(['00:00-02:30', '03:30-06:00']);
    expect(hours('tse', '2024-11-05')).toEqual(['00:00-02:30', '03:30-06:30']);
    const lunch = parseTime('2025-06-18T03:00:00Z');
    expect(isOpen('tse', lunch)).toBe(false);
    expect(nextOpen('tse', lunch)).toBe(lunch + 30 * MINUTE);
  });
});

describe('New York', () => {
  it('has hours before and after the auction market', () => {
    const at = (time: string) => parseTime(`2025-06-18T${time}:00Z`);
    expect(isOpen('us-equity', at('08:00'))).toBe(false);
    expect(isOpen('us-equity', at('08:00'), 'extended')).toBe(true);
    expect(isOpen('us-equity', at('07:59'), 'extended')).toBe(false);
    expect(isOpen('us-equity', at('23:59'), 'extended')).toBe(true);
    expect(isOpen('us-equity', parseTime('2025-06-19T00:00:00Z'), 'extended')).toBe(false);
  });

  it('says why it is shut', () => {
    expect(holiday('us-equity', '2012-10-29')).toEqual({ name: 'Hurricane Sandy' });
    expect(holiday('us-equity', '2025-07-04')).toEqual({ name: 'Independence Day' });
    expect(holiday('us-equity', '2025-07-07')).toBeUndefined();
  });

  it("completes the day's bar when the exchange closes, not at midnight", () => {
    const day = parseTime('2025-06-18');
    const { isComplete } = sessionCalendar;
    const complete = (time: string) => isComplete('us-equity', '1d', day, parseTime(time));
    expect(complete('2025-06-18T19:59:59Z')).toBe(false);
    expect(complete('2025-06-18T20:00:00Z')).toBe(true);
    expect(complete('2025-06-18T02:00:00Z')).toBe(false);
    // The hour from 20:00 UTC is after the auction market: it may still grow.
    const hour = parseTime('2025-06-18T20:00:00Z');
    expect(isComplete('us-equity', '1h', hour - HOUR / 2, hour)).toBe(false);
    expect(isComplete('us-equity', '1h', hour, hour + HOUR)).toBe(true);
  });

  it.skipIf(!needsShared('the calendars of another platform', 'data', 'calendars'))(
    'keeps every holiday and early close that another platform lists',
    () => {
      interface Hours {
        holidays: string[];
        earlyCloses: Record<string, string>;
      }
      const { entries } = sharedJson<{ entries: Record<string, Hours> }>('data', 'calendars', 'market-hours-lean.json');
      const { holidays, earlyCloses } = entries['Equity-usa-[*]']!;
      const dated = (text: string) => {
        const [month, day, year] = text.split('/').map(Number);
        return toIso(Date.UTC(year!, month! - 1, day!)).slice(0, 10);
      };
      const traded = (date: string) => days('us-equity', date, date)[0];
      expect(holidays.length).toBe(293);
      expect(holidays.map(dated).filter((date) => traded(date))).toEqual([]);
      const early = Object.keys(earlyCloses).map(dated);
      expect(early.length).toBe(65);
      // It lists one Sunday, on which nobody trades.
      expect(early.filter((date) => traded(date)?.earlyClose !== true)).toEqual(['2017-12-24']);
      // And nothing besides, but for two early closes of 1998 that the list does not have.
      const listed = new Set([...holidays.map(dated), ...early, '1998-11-27', '1998-12-24']);
      const others: string[] = [];
      for (let at = Date.UTC(1998, 0, 1); at < Date.UTC(2029, 0, 1); at += DAY) {
        const date = toIso(at).slice(0, 10);
        if ([0, 6].includes(new Date(at).getUTCDay()) || listed.has(date)) continue;
        if (!traded(date) || traded(date)!.earlyClose) others.push(date);
      }
      expect(others).toEqual([]);
    },
  );
});

describe('Chicago', () => {
  it('halts currency futures at noon on holidays until 2021, and since then only on Fridays', () => {
    expect(hours('cme-fx', '2021-05-31')).toEqual(['22:00-17:00']);
    expect(hours('cme-fx', '2022-05-30')).toEqual(['22:00-21:00']);
    expect(hours('cme-fx', '2025-07-04')).toEqual(['22:00-17:00']);
    expect(holiday('cme-fx', '2025-12-25')).toEqual({ name: 'Christmas Day' });
  });

  it('trades on a Good Friday only while the report on employment is out', () => {
    expect(hours('cme-fx', '2026-04-03')).toEqual(['22:00-15:15']);
    expect(hours('cme-fx', '2025-04-18')).toEqual([]);
  });

  it.skipIf(!needsShared('the calendars of another platform', 'data', 'calendars'))(
    'keeps every early close that another platform lists, and its holidays but for ten unconfirmed ones',
    () => {
      interface Hours {
        holidays: string[];
        earlyCloses: Record<string, string>;
      }
      const { entries } = sharedJson<{ entries: Record<string, Hours> }>('data', 'calendars', 'market-hours-lean.json');
      const { holidays, earlyCloses } = entries['Future-cme-6E']!;
      const dated = (text: string) => {
        const [month, day, year] = text.split('/').map(Number);
        return toIso(Date.UTC(year!, month! - 1, day!)).slice(0, 10);
      };
      const closing = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Chicago', timeStyle: 'medium' });
      const early = Object.entries(earlyCloses).map(([date, time]) => [dated(date), time]);
      expect(early.length).toBe(188);
      expect(
        early.filter(([date, time]) => {
          const [day] = days('cme-fx', date!, date!);
          return !day || closing.format(day.regular[0]!.close) !== time;
        }),
      ).toEqual([]);
      const closed = [...new Set([...entries['Future-cme-[*]']!.holidays, ...holidays].map(dated))].sort();
      const weekdays = closed.filter((date) => ![0, 6].includes(new Date(date).getUTCDay()));
      // Days of mourning and storms, as share exchanges kept them, and a 20 January that its own entry for the euro
      // future has as a usual day: no notice of CME was at hand to confirm them.
      expect(weekdays.filter((date) => days('cme-fx', date, date).length > 0)).toEqual([
        ...['2001-09-11', '2001-09-12', '2001-09-13', '2001-09-14', '2004-06-11', '2007-01-02'],
        ...['2012-10-29', '2012-10-30', '2018-12-05', '2025-01-20'],
      ]);
    },
  );
});

describe('every calendar', () => {
  const moment = fc.integer({ min: Date.UTC(2000, 0, 10), max: Date.UTC(2035, 0, 1) });
  const calendar = fc.constantFrom<CalendarName>(...calendarNames);

  it('opens next at a moment when it is open, and closes after that', () => {
    fc.assert(
      fc.property(calendar, moment, (name, at) => {
        const open = sessionCalendar.nextOpen(name, at);
        expect(open).toBeGreaterThanOrEqual(at);
        expect(isOpen(name, open)).toBe(true);
        expect(sessionCalendar.nextClose(name, at)).toBeGreaterThan(open);
      }),
    );
  });

  it('adds its open time up, and agrees with its own days', () => {
    fc.assert(
      fc.property(
        calendar,
        moment,
        fc.integer({ min: 0, max: 20 * DAY }),
        fc.integer({ min: 0, max: 20 * DAY }),
        (name, at, a, b) => {
          const { openBetween } = sessionCalendar;
          expect(openBetween(name, at, at + a) + openBetween(name, at + a, at + a + b)).toBe(
            openBetween(name, at, at + a + b),
          );
          const date = (time: number) => toIso(time).slice(0, 10);
          const around = days(name, date(at - 2 * DAY), date(at + 2 * DAY)).flatMap((day) => day.regular);
          expect(around.some(({ open, close }) => at >= open && at < close)).toBe(isOpen(name, at));
          for (let i = 1; i < around.length; i++) expect(around[i]!.open).toBeGreaterThanOrEqual(around[i - 1]!.close);
        },
      ),
    );
  });

  it('holds the weekly break of currency futures', () => {
    expect(isOpen('cme-fx', parseTime('2025-06-18T21:30:00Z'))).toBe(false);
    expect(nextOpen('cme-fx', parseTime('2025-06-20T21:00:00Z'))).toBe(parseTime('2025-06-22T22:00:00Z'));
    expect(sessionCalendar.openBetween('cme-fx', parseTime('2025-06-15'), parseTime('2025-06-22')) / HOUR).toBe(115);
  });
});
