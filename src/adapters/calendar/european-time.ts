import { type Duration, HOUR, MINUTE, type Timestamp } from '../../domain/time.ts';
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
  const [begins, ends] = summerOf(year);
  return standard >= begins && standard - HOUR < ends ? standard - HOUR : standard;
}

/** How far the clocks of a city are ahead of UTC at a moment, by the same rule. */
export function europeanOffset(city: keyof typeof winter, time: Timestamp): Duration {
  const [begins, ends] = summerOf(new Date(time).getUTCFullYear());
  return (winter[city] + (time >= begins && time < ends ? 1 : 0)) * HOUR;
}

const summerOf = (year: number): [begins: Timestamp, ends: Timestamp] => [
  Date.UTC(year, 2, weekdayOfMonth(year, 3, 0, 0), 1),
  Date.UTC(year, 9, weekdayOfMonth(year, 10, 0, 0), 1),
];
