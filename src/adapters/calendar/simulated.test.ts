import { describe, expect, it } from 'vitest';
import { instrumentOf } from '../../domain/instruments.ts';
import { DAY, HOUR, parseTime, WEEK } from '../../domain/time.ts';
import { readEconomy } from '../../evidence/economy.ts';
import { describeCalendar } from '../../testing/calendar-contract.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import { simulatedCalendar } from './simulated.ts';

const now = parseTime('2026-03-18T15:00:00Z');
const at = (time: number, seed = 1) => simulatedCalendar({ clock: fakeClock(time), seed });
const year = { from: now - 365 * DAY, to: now };

describeCalendar('the simulated economy', () => ({ provider: at(now), now }));

describe('the simulated economy', () => {
  it('releases jobs on Fridays at 8:30 New York, in summer and in winter', async () => {
    const jobs = (await at(now).events(year)).filter(
      (event) => event.currency === 'USD' && event.name === 'Employment Change',
    );
    expect(jobs).toHaveLength(12);
    for (const { eventTime } of jobs) {
      const date = new Date(eventTime);
      expect([date.getUTCDay(), date.getUTCDate() <= 7]).toEqual([5, true]);
      expect(['12:30', '13:30']).toContain(date.toISOString().slice(11, 16));
    }
    expect(new Set(jobs.map((event) => new Date(event.eventTime).getUTCHours())).size).toBe(2);
  });

  it('keeps every week busy, and decides every rate about nine times a year', async () => {
    const events = await at(now).events(year);
    for (let week = year.from; week < year.to; week += WEEK) {
      expect(events.some((event) => event.eventTime >= week && event.eventTime < week + WEEK)).toBe(true);
    }
    for (const currency of ['USD', 'EUR', 'GBP', 'JPY', 'CHF', 'AUD', 'CAD', 'NZD']) {
      const decisions = events.filter(
        (event) => event.currency === currency && event.name === 'Interest Rate Decision',
      );
      expect(decisions.length).toBeGreaterThanOrEqual(8);
      expect(decisions.length).toBeLessThanOrEqual(9);
      for (const { actual } of decisions) expect(Number.isInteger(actual! / 0.25)).toBe(true);
    }
  });

  it('gives each release the last outcome as its previous value', async () => {
    const events = await at(now).events(year);
    const series = Map.groupBy(events, (event) => `${event.currency} ${event.name}`);
    for (const turns of series.values()) {
      for (const [i, event] of turns.entries()) {
        if (i === 0) continue;
        expect(event.previous).toBe(turns[i - 1]!.actual);
        // Naming a value before its release would be a look ahead.
        expect(event.announcedTime).toBeGreaterThanOrEqual(turns[i - 1]!.eventTime);
      }
    }
  });

  it('misses its forecasts in both directions, and sometimes meets them', async () => {
    const events = await at(now).events(year);
    const misses = events.map((event) => Math.sign(event.actual! - event.forecast!));
    for (const sign of [-1, 0, 1]) {
      expect(misses.filter((each) => each === sign).length / misses.length).toBeGreaterThan(0.1);
    }
  });

  it('has said at every moment what it says of that moment later, but for the outcome', async () => {
    const then = now - 40 * DAY - 3 * HOUR;
    const range = { from: then - 20 * DAY, to: then + 20 * DAY };
    const known = await at(then).events(range);
    const later = new Map((await at(now).events(range)).map((event) => [event.id, event]));
    expect(known.some((event) => event.actual === undefined)).toBe(true);
    for (const event of known) {
      const { actual, ...entry } = later.get(event.id)!;
      expect(event).toEqual(event.eventTime > then ? entry : { ...entry, actual });
    }
    expect(known.every((event) => event.announcedTime <= then)).toBe(true);
  });

  it('is another economy for another seed, under other ids', async () => {
    const [one, two] = [await at(now).events(year), await at(now, 2).events(year)];
    expect(two.map((event) => event.actual)).not.toEqual(one.map((event) => event.actual));
    expect(two.some((event) => one.some(({ id }) => id === event.id))).toBe(false);
  });

  it('moves the day of a release that would fall on Christmas or on the first of January', async () => {
    const winter = { from: parseTime('2025-12-01'), to: parseTime('2026-01-10') };
    const days = new Set(
      (await at(now).events(winter)).map((event) => new Date(event.eventTime).toISOString().slice(5, 10)),
    );
    expect(days.has('12-26')).toBe(true);
    expect(days.has('01-02')).toBe(true);
    expect(days.has('12-25') || days.has('01-01')).toBe(false);
  });

  it('gives the economist rates, a carry and surprises to read', async () => {
    const events = await at(now).events({ from: now - 60 * DAY, to: now + 8 * DAY });
    const reading = readEconomy(events, instrumentOf('EURUSD')!, now);
    expect(reading.releases).toBeGreaterThan(10);
    expect(reading.carry).not.toBeNull();
    expect(Math.abs(reading.balance!)).toBeGreaterThan(0);
  });
});
