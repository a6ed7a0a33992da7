import { describe, expect, it } from 'vitest';
import { DAY, type Timestamp } from '../domain/time.ts';
import type { CalendarProvider } from '../ports/calendar.ts';

/** A calendar under test; it must hold at least one release in [now - 60 days, now + 14 days]. */
export interface CalendarBench {
  provider: CalendarProvider;
  now: Timestamp;
}

/** What the desk relies on, whoever keeps the calendar. */
export function describeCalendar(name: string, open: () => CalendarBench | Promise<CalendarBench>) {
  describe(`${name} as a calendar`, () => {
    const around = async () => {
      const { provider, now } = await open();
      const range = { from: now - 60 * DAY, to: now + 14 * DAY };
      return { provider, now, range, events: await provider.events(range) };
    };

    it('tells releases inside the range only, earliest first, each with its own id', async () => {
      const { range, events } = await around();
      expect(events.length).toBeGreaterThan(0);
      for (const event of events) {
        expect(event.eventTime).toBeGreaterThanOrEqual(range.from);
        expect(event.eventTime).toBeLessThanOrEqual(range.to);
      }
      const times = events.map((event) => event.eventTime);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
    });

    it('says the same twice, and the same of a part as of the whole', async () => {
      const { provider, range, events, now } = await around();
      expect(await provider.events(range)).toEqual(events);
      const middle = events[Math.floor(events.length / 2)]!.eventTime;
      for (const part of [
        { from: range.from, to: middle },
        { from: middle, to: range.to },
        { from: now - DAY, to: now + DAY },
      ]) {
        const whole = events.filter((event) => event.eventTime >= part.from && event.eventTime <= part.to);
        expect(await provider.events(part)).toEqual(whole);
      }
    });

    it('names currency, impact, source and label, and is announced no later than released', async () => {
      const { provider, events } = await around();
      for (const event of events) {
        expect(event.currency).toMatch(/^[A-Z]{3}$/);
        expect(['low', 'medium', 'high']).toContain(event.impact);
        expect(event.name.trim()).not.toBe('');
        expect(event.source).not.toBe('');
        expect(event.announcedTime).toBeLessThanOrEqual(event.eventTime);
        expect(Boolean(event.simulated)).toBe(provider.simulated);
        for (const value of [event.previous, event.forecast, event.actual]) {
          if (value !== undefined) expect(Number.isFinite(value)).toBe(true);
        }
      }
    });

    it('knows no outcome of a release that is still ahead', async () => {
      const { events, now } = await around();
      expect(events.filter((event) => event.eventTime > now && event.actual !== undefined)).toEqual([]);
    });

    it('has nothing in a range that ends before it begins', async () => {
      const { provider, now } = await around();
      expect(await provider.events({ from: now, to: now - DAY })).toEqual([]);
    });
  });
}
