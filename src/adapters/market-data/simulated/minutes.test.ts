import { describe, expect, it } from 'vitest';
import { calendarNames } from '../../../domain/instrument.ts';
import { MINUTE, parseTime } from '../../../domain/time.ts';
import { sessionCalendar } from '../../calendar/sessions.ts';
import { minuteIndex } from './minutes.ts';

const from = parseTime('2025-01-01');
const to = parseTime('2026-01-01');

describe('the minutes of the simulated market', () => {
  it.each(calendarNames)('%s: rise by one within a session and skip ahead over shut hours', (calendar) => {
    let before = Number.NEGATIVE_INFINITY;
    let open = sessionCalendar.nextOpen(calendar, from);
    while (open < to) {
      const close = calendar === 'crypto' ? open + 1440 * MINUTE : sessionCalendar.nextClose(calendar, open);
      const first = minuteIndex(calendar, open);
      expect(first, new Date(open).toISOString()).toBeGreaterThan(before);
      before = minuteIndex(calendar, close - MINUTE);
      expect(before - first, new Date(open).toISOString()).toBe((close - open) / MINUTE - 1);
      open = sessionCalendar.nextOpen(calendar, close);
    }
  });

  it.each([
    ['us-equity', '2026-07-06T13:30:00Z'],
    ['lse', '2026-07-06T07:00:00Z'],
    ['xetra', '2026-07-06T07:00:00Z'],
    ['tse', '2026-07-06T00:00:00Z'],
  ] as const)('%s: a night is 130 minutes of movement', (calendar, open) => {
    const close =
      calendar === 'tse' ? parseTime('2026-07-06T06:30:00Z') : sessionCalendar.nextClose(calendar, parseTime(open));
    const next = sessionCalendar.nextOpen(calendar, close);
    expect(minuteIndex(calendar, next) - minuteIndex(calendar, close - MINUTE)).toBe(131);
  });
});
