import type { CalendarProvider } from '../../ports/calendar.ts';
import type { Clock } from '../../ports/clock.ts';
import { simulatedReleases } from './simulated-releases.ts';

/**
 * Releases of an economy that exists nowhere, for the simulated market: rate decisions, prices, jobs, surveys and sales
 * of eight currencies. Entries appear a week ahead, outcomes at their time; always labelled, never evidence of anything.
 */
export function simulatedCalendar({ clock, seed = 1 }: { clock: Clock; seed?: number }): CalendarProvider {
  return {
    name: 'simulated',
    simulated: true,
    async events({ from, to }) {
      const now = clock.now();
      return simulatedReleases(seed, from, to)
        .filter((event) => event.announcedTime <= now)
        .map(({ actual, ...event }) => (event.eventTime > now || actual === undefined ? event : { ...event, actual }));
    },
  };
}
