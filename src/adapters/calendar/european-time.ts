import { HOUR, MINUTE, type Timestamp } from '../../domain/time.ts';
import { weekdayOfMonth } from './new-york.ts';

/** Hours ahead of UTC in winter. */
const winter = { London: 0, Frankfurt: 1 };

/**
 * UTC of a wall time in London or Frankfurt, by the rule that all of the European Union and the United Kingdom follow
 * since 1996: summer time from the last Sunday of March to that of October, both at 1:00 UTC. `month` is 1 to 12.
 */
export function europeanTime(
  city: keyof typeof winter,
  { year, month, day }: { year: number; month: number; day: number },
  hour: number,
  minute = 0,
): Timestamp {
  const standard = Date.UTC(year, month - 1, day) + (hour - winter[city]) * HOUR + minute * MINUTE;
  const { begins, ends } = summerOf(year);
  return standard >= begins && standard - HOUR < ends ? standard - HOUR : standard;
}

/** What to add to UTC to get the wall clock of London or Frankfurt. */
export function europeanOffset(city: keyof typeof winter, time: Timestamp): number {
  const { begins, ends } = summerOf(new Date(time).getUTCFullYear());
  return (winter[city] + (time >= begins && time < ends ? 1 : 0)) * HOUR;
}

const summers = new Map<number, { begins: Timestamp; ends: Timestamp }>();

function summerOf(year: number) {
  const known = summers.get(year);
  if (known) return known;
  const summer = {
    begins: Date.UTC(year, 2, weekdayOfMonth(year, 3, 0, 0), 1),
    ends: Date.UTC(year, 9, weekdayOfMonth(year, 10, 0, 0), 1),
  };
  summers.set(year, summer);
  return summer;
}
