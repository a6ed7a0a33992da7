import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, parseTime, WEEK } from '../../domain/time.ts';
import { describeCalendar } from '../../testing/calendar-contract.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import { needsShared, sharedBytes } from '../../testing/shared.ts';
import { fileCalendar } from './file.ts';
import { createCalendarProviders, parseCalendar } from './index.ts';
import { readReleaseValue } from './release-value.ts';

const now = parseTime('2026-03-18T15:00:00Z');
const sample = (name: string) => new Uint8Array(readFileSync(new URL(`samples/${name}`, import.meta.url)));
const of = (bytes: Uint8Array | undefined, path = 'calendar.json') =>
  fileCalendar({ path, readFile: async () => bytes, clock: fakeClock(now) });
const text = (content: string) => new TextEncoder().encode(content);
const all = { from: 0, to: now + 365 * DAY };

for (const name of ['forex-factory.json', 'calendar.csv', 'calendar.json']) {
  describeCalendar(`the file ${name}`, () => ({ provider: of(sample(name)), now }));
}

describe('a calendar file', () => {
  it('reads the week of Forex Factory, with its offsets, impacts and ways to write a number', async () => {
    const events = await of(sample('forex-factory.json')).events(all);
    const named = (name: string) => events.find((event) => event.name === name)!;
    expect(events).toHaveLength(10);
    expect(named('CPI m/m')).toMatchObject({
      currency: 'USD',
      impact: 'high',
      eventTime: parseTime('2026-03-16T12:30:00Z'),
      announcedTime: parseTime('2026-03-09T12:30:00Z'),
      forecast: 0.3,
      previous: 0.2,
      unit: '%',
      source: 'Forex Factory',
    });
    expect(named('ADP Weekly Employment Change')).toMatchObject({ forecast: 15_000, impact: 'medium' });
    expect(named('ADP Weekly Employment Change')).not.toHaveProperty('previous');
    expect(named('Bank Holiday')).toMatchObject({ impact: 'low', currency: 'JPY' });
    expect(named('MPC Official Bank Rate Votes')).not.toHaveProperty('forecast');
    expect(named('30-y Bond Auction').previous).toBe(4.58);
    expect(named('M2 Money Supply')).toMatchObject({ forecast: -440_000_000_000, previous: 1_610_000_000_000 });
    expect(named('OPEC-JMMC Meetings')).toMatchObject({ currency: 'ALL', impact: 'low' });
  });

  it('reads its own CSV, and keeps an outcome to itself until the release', async () => {
    const events = await of(sample('calendar.csv'), 'calendar.csv').events(all);
    expect(events.map(({ name, actual, unit }) => [name, actual, unit])).toEqual([
      ['CPI, final y/y', 2.3, '%'],
      ['Retail Sales m/m', 0.1, '%'],
      ['Initial Jobless Claims', undefined, undefined],
    ]);
    expect(events[0]).toMatchObject({
      eventTime: parseTime('2026-03-17T09:00:00Z'),
      announcedTime: parseTime('2026-01-05'),
      source: 'file',
    });
    expect(events[2]!.announcedTime).toBe(events[2]!.eventTime - WEEK);
    expect(parseCalendar(sample('calendar.csv'), 'calendar.csv')[2]!.actual).toBe(231_000);
  });

  it('reads its own JSON with ids and sources', async () => {
    const [decision, inflation] = await of(sample('calendar.json')).events(all);
    expect(decision).toMatchObject({ id: 'own-1', actual: 0.75, source: 'Bank of Japan', unit: '%' });
    expect(inflation).toMatchObject({ forecast: 2.9, unit: '%', source: 'file' });
  });

  it('keeps the id of a release that a later file of the week moves or completes', () => {
    const row = (date: string, forecast: string) => ({
      ...{ title: 'CPI m/m', country: 'USD', impact: 'High', previous: '' },
      date,
      forecast,
    });
    const read = (...rows: object[]) => parseCalendar(text(JSON.stringify(rows)), 'week.json');
    const [before] = read(row('2026-03-16T08:30:00-04:00', ''));
    const [after] = read(row('2026-03-17T10:00:00-04:00', '0.3%'));
    const [next] = read(row('2026-03-23T08:30:00-04:00', ''));
    expect(after!.id).toBe(before!.id);
    expect(next!.id).not.toBe(before!.id);
    expect(new Set(read(row('2026-03-16', ''), row('2026-03-17', '')).map((event) => event.id)).size).toBe(2);
  });

  it.each([
    ['[{"title":"CPI","country":"USD","date":"2026-03-16","impact":"High"},{"title":""}]', 'row 2: it has no name.'],
    ['time,currency,name,impact\n2026-03-16,DOLLAR,CPI,high', 'row 1: currency "DOLLAR" is not three letters.'],
    ['time,currency,name,impact\nMonday,USD,CPI,high', 'row 1: time "Monday" is not a time'],
    ['time,currency,name,impact\n2026-03-16,USD,CPI,huge', 'row 1: impact "huge" is none of'],
    [
      'time,currency,name,impact,forecast\n2026-03-16,USD,A,low,1\n2026-03-16,USD,B,low,many',
      'row 2: forecast "many" is not a number',
    ],
    ['time,currency,name,impact,announced\n2026-03-16,USD,CPI,low,2026-03-17', 'row 1: "CPI" is announced after'],
    [
      '[{"id":"a","time":"2026-03-16","currency":"USD","name":"A","impact":"low"},{"id":"a","time":"2026-03-17","currency":"USD","name":"B","impact":"low"}]',
      '"B" and "A" have the same id "a".',
    ],
    ['[null]', 'row 1: it has no name.'],
    ['[{"title":', 'it is not complete JSON.'],
    ['{"rows":[]}', 'it holds no list of events.'],
    ['time,currency\n"2026', 'it is not CSV'],
  ])('refuses %s', async (content, problem) => {
    await expect(of(text(content), 'my.csv').events(all)).rejects.toMatchObject({
      code: 'bad_file',
      message: expect.stringContaining(`The calendar my.csv cannot be read: ${problem}`),
    });
  });

  it('names up to twenty bad rows at once', () => {
    const rows = Array.from({ length: 30 }, () => '2026-03-16,USD,CPI,huge').join('\n');
    try {
      parseCalendar(text(`time,currency,name,impact\n${rows}`), 'my.csv');
      expect.unreachable('thirty bad rows were accepted');
    } catch (failure) {
      expect((failure as { details: { problems: string[] } }).details.problems).toHaveLength(20);
    }
  });

  it('says what is missing: the setting, or the file; and refuses a huge one', async () => {
    const [unset] = createCalendarProviders({ seed: 1 }, { clock: fakeClock(now), readFile: async () => undefined });
    expect(unset!.unavailable).toBe('calendar.file is not set');
    await expect(unset!.events(all)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(of(undefined, 'gone.json').events(all)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The calendar gone.json is not there.',
    });
    await expect(of(new Uint8Array(11 * 1024 * 1024)).events(all)).rejects.toMatchObject({ code: 'bad_file' });
  });

  it('is heard again when it is replaced', async () => {
    let bytes = sample('calendar.json');
    const provider = fileCalendar({ path: 'x', readFile: async () => bytes, clock: fakeClock(now) });
    expect(await provider.events(all)).toHaveLength(2);
    bytes = sample('calendar.csv');
    expect(await provider.events(all)).toHaveLength(3);
  });

  it('stands beside the simulated one in the registry', () => {
    const options = { clock: fakeClock(now), readFile: async () => sample('calendar.json') };
    const providers = createCalendarProviders({ file: 'x.json', seed: 7 }, options);
    expect(providers.map(({ name, simulated, unavailable }) => [name, simulated, unavailable])).toEqual([
      ['file', false, undefined],
      ['simulated', true, undefined],
    ]);
  });
});

describe('a number of a calendar', () => {
  it.each([
    ['3.2%', 3.2, '%'],
    ['250K', 250_000, undefined],
    ['6.7K', 6_700, undefined],
    ['-120.3B', -120_300_000_000, undefined],
    ['<0.75%', 0.75, '%'],
    ['$1.2B', 1_200_000_000, undefined],
    ['1,234.5', 1_234.5, undefined],
    ['−0.4%', -0.4, '%'],
    ['50.6', 50.6, undefined],
    ['-0.0%', 0, '%'],
  ])('%s', (written, value, unit) => {
    expect(readReleaseValue(written)).toEqual(unit === undefined ? { value } : { value, unit });
  });

  it('comes back from every plain number', () => {
    const plain = fc.integer({ min: -1e9, max: 1e9 }).map((thousandths) => thousandths / 1_000);
    fc.assert(
      fc.property(plain, (value) => {
        expect(readReleaseValue(`${value}%`)?.value).toBe(value);
      }),
    );
  });

  it('is none where there is a blank or votes, and unreadable where there is a word', () => {
    for (const none of ['', ' ', '-', 'n/a', '0-2-7']) expect(readReleaseValue(none)).toBeUndefined();
    for (const odd of ['many', '3.2.1', '5 apples', '1,23', '%']) expect(readReleaseValue(odd)).toBeNull();
  });
});

describe.skipIf(!needsShared('recorded calendars', 'data', 'macro', 'calendar'))('the recorded weeks', () => {
  const week = (name: string) =>
    parseCalendar(new Uint8Array(sharedBytes('data', 'macro', 'calendar', `forexfactory_week_${name}.json`)), name);

  it.each([
    ['2026-08-16', 100],
    ['2026-08-09_first', 73],
    ['2026-08-09_last', 74],
  ])('%s is read whole', (name, count) => {
    const events = week(name);
    expect(events).toHaveLength(count);
    expect(new Set(events.map((event) => event.id)).size).toBe(count);
    expect(events.filter((event) => event.impact === 'high').length).toBeGreaterThan(7);
  });

  it('the first and the last file of a week name the same releases, with forecasts that appeared meanwhile', () => {
    const [first, last] = [week('2026-08-09_first'), week('2026-08-09_last')];
    const later = new Map(last.map((event) => [event.id, event]));
    const both = first.filter((event) => later.has(event.id));
    expect(both.length).toBeGreaterThan(65);
    for (const event of both) expect(later.get(event.id)!.name).toBe(event.name);
    expect(both.some((event) => event.forecast === undefined && later.get(event.id)!.forecast !== undefined)).toBe(
      true,
    );
  });
});
