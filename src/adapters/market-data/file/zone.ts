import { AppError } from '../../../domain/errors.ts';
import { DAY, HOUR, type Timestamp } from '../../../domain/time.ts';
import { newYorkOffset } from '../../calendar/new-york.ts';
import { offsetOf } from './stamps.ts';

/** A time zone of a file: how far its clock is ahead of UTC at a UTC moment. */
export interface Zone {
  name: string;
  offsetAt(time: Timestamp): number;
}

/** `broker` is the server clock that shows midnight when New York closes: UTC+2, UTC+3 in the American summer. */
export const brokerZone: Zone = { name: 'broker', offsetAt: (time) => newYorkOffset(time) + 7 * HOUR };
export const utcZone: Zone = { name: 'UTC', offsetAt: () => 0 };

/** Reads `UTC`, `+02:00`, `broker` or an IANA name. Throws `invalid_input` for anything else. */
export function parseZone(name: string): Zone {
  if (/^broker$/i.test(name)) return brokerZone;
  const fixed = offsetOf(name);
  if (fixed !== undefined) return fixed === 0 ? utcZone : { name, offsetAt: () => fixed };
  return namedZone(name);
}

export function namedZone(name: string): Zone {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch (cause) {
    throw new AppError('invalid_input', `"${name}" is not a time zone.`, {
      cause,
      hint: 'Give a name such as America/New_York, an offset such as +02:00, UTC, or broker.',
    });
  }
  const ask = (time: Timestamp) => {
    const text = format.formatToParts(time).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
    return offsetOf(text.replace(/^GMT$/, 'Z')) ?? 0;
  };
  // The zone database is slow: a day whose two ends agree needs asking only once.
  const days = new Map<number, number | undefined>();
  const steady = (day: number) => {
    if (!days.has(day)) {
      const start = ask(day * DAY);
      days.set(day, start === ask((day + 1) * DAY) ? start : undefined);
    }
    return days.get(day);
  };
  return { name: format.resolvedOptions().timeZone, offsetAt: (time) => steady(Math.floor(time / DAY)) ?? ask(time) };
}

/** UTC of a wall time. An hour that happens twice is taken as its first, an hour that never happens as the one after. */
export function fromWall(zone: Zone, wall: Timestamp): Timestamp {
  const guess = wall - zone.offsetAt(wall);
  const early = wall - zone.offsetAt(guess - HOUR);
  return early + zone.offsetAt(early) === wall ? early : wall - zone.offsetAt(guess);
}
