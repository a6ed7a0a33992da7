import { newYorkTime } from '../../adapters/calendar/new-york.ts';

/** New York's midnight of a date that is given as midnight UTC. */
export function newYorkMidnight(openTime: number): number {
  const date = new Date(openTime);
  return newYorkTime(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), 0, 0);
}

const easternClock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** `2025-11-10 15:00:00` on New York's clock. */
export const newYorkText = (time: number) => easternClock.format(time);
