import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CalendarName } from '../../domain/instrument.ts';
import { HOUR, MINUTE, parseTime, toIso } from '../../domain/time.ts';
import { newYorkOffset, newYorkParts, newYorkTime } from './new-york.ts';
import { sessionAt, sessionCalendar } from './sessions.ts';

const { isOpen, nextOpen, openBetween } = sessionCalendar;
const at = parseTime;

describe('New York time by rule', () => {
  it('agrees with the zone database at every hour of twenty years', () => {
    const zone = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', timeZoneName: 'longOffset' });
    for (let time = at('2006-01-01'); time < at('2027-01-01'); time += 7 * HOUR) {
      const name = zone.formatToParts(time).find((part) => part.type === 'timeZoneName')!.value;
      expect(newYorkOffset(time) / HOUR, toIso(time)).toBe(Number(name.slice(3, 6)));
    }
  });

  it('goes to the wall clock and back', () => {
    expect(toIso(newYorkTime(2025, 3, 9, 17))).toBe('2025-03-09T21:00:00.000Z');
    expect(toIso(newYorkTime(2025, 3, 7, 17))).toBe('2025-03-07T22:00:00.000Z');
    expect(newYorkParts(at('2025-06-18T13:31:00Z'))).toEqual({
      year: 2025,
      month: 6,
      day: 18,
      weekday: 3,
      minutes: 571,
    });
  });
});

describe('sessions', () => {
  it.each<[CalendarName, string, boolean]>([
    ['fx', '2025-06-15T20:59:59Z', false],
    ['fx', '2025-06-15T21:00:00Z', true],
    ['fx', '2025-06-20T20:59:59Z', true],
    ['fx', '2025-06-20T21:00:00Z', false],
    ['fx', '2025-01-12T21:59:59Z', false],
    ['fx', '2025-01-12T22:00:00Z', true],
    ['fx', '2025-12-25T12:00:00Z', false],
    ['fx', '2025-12-25T22:00:00Z', true],
    ['fx', '2026-01-01T12:00:00Z', false],
    ['us-equity', '2025-06-18T13:29:59Z', false],
    ['us-equity', '2025-06-18T13:30:00Z', true],
    ['us-equity', '2025-06-18T20:00:00Z', false],
    ['us-equity', '2025-06-19T15:00:00Z', false],
    ['us-equity', '2025-11-28T17:59:59Z', true],
    ['us-equity', '2025-11-28T18:00:00Z', false],
    ['us-equity', '2025-01-09T16:00:00Z', false],
    ['crypto', '2025-12-25T03:00:00Z', true],
  ])('%s at %s is open: %s', (calendar, time, open) => expect(isOpen(calendar, at(time))).toBe(open));

  it('opens FX again on Sunday evening and shares on Monday morning', () => {
    expect(toIso(nextOpen('fx', at('2025-06-21T12:00:00Z')))).toBe('2025-06-22T21:00:00.000Z');
    expect(toIso(nextOpen('us-equity', at('2025-07-03T19:00:00Z')))).toBe('2025-07-07T13:30:00.000Z');
    const open = at('2025-06-18T14:00:00Z');
    expect(nextOpen('us-equity', open)).toBe(open);
  });

  it('counts 120 hours of FX and 32.5 hours of shares in a whole week', () => {
    expect(openBetween('fx', at('2025-06-15'), at('2025-06-22')) / HOUR).toBe(120 + 0);
    expect(openBetween('us-equity', at('2025-06-09'), at('2025-06-16')) / HOUR).toBe(32.5);
    expect(openBetween('crypto', at('2025-06-09'), at('2025-06-16')) / HOUR).toBe(168);
    expect(openBetween('fx', at('2025-06-22'), at('2025-06-15'))).toBe(0);
  });

  it('answers for years far outside its first layout', () => {
    expect(isOpen('us-equity', at('1987-10-19T15:00:00Z'))).toBe(true);
    expect(isOpen('fx', at('2061-06-14T15:00:00Z'))).toBe(true);
    expect(openBetween('us-equity', at('1960-01-01'), at('2050-01-01'))).toBeGreaterThan(0);
  });

  it('adds up: the open time of two neighbouring spans is that of both', () => {
    const moment = fc.integer({ min: at('2001-01-01'), max: at('2039-01-01') });
    const calendar = fc.constantFrom<CalendarName>('fx', 'us-equity', 'crypto');
    fc.assert(
      fc.property(calendar, moment, moment, moment, (name, a, b, c) => {
        const [from, middle, to] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
        expect(openBetween(name, from, middle) + openBetween(name, middle, to)).toBe(openBetween(name, from, to));
        expect(openBetween(name, from, to)).toBeLessThanOrEqual(to - from);
      }),
    );
    fc.assert(
      fc.property(calendar, moment, (name, time) => {
        const opens = nextOpen(name, time);
        expect(isOpen(name, opens)).toBe(true);
        if (isOpen(name, time)) expect(sessionAt(name, time)!.open).toBeLessThanOrEqual(time);
        else expect(openBetween(name, time, opens)).toBe(0);
        expect(openBetween(name, time, time + MINUTE) > 0).toBe(isOpen(name, time) || opens < time + MINUTE);
      }),
    );
  });
});
