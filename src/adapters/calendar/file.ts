import { AppError } from '../../domain/errors.ts';
import type { CalendarProvider } from '../../ports/calendar.ts';
import type { Clock } from '../../ports/clock.ts';
import { parseCalendar } from './parse-calendar.ts';

export interface FileCalendarOptions {
  /** Undefined where the configuration names no file: the calendar is then not offered. */
  path?: string;
  /** Bytes of a file, undefined where it is not there. */
  readFile(path: string): Promise<Uint8Array | undefined>;
  clock: Clock;
}

const NOT_SET = 'calendar.file is not set';
const FILE_CAP = 10 * 1024 * 1024;

/** Releases of a file in one of the shapes of `parseCalendar`, read anew each time: whoever replaces it is heard. */
export function fileCalendar({ path, readFile, clock }: FileCalendarOptions): CalendarProvider {
  return {
    name: 'file',
    simulated: false,
    ...(path === undefined ? { unavailable: NOT_SET } : {}),
    async events({ from, to }) {
      if (path === undefined) throw new AppError('unavailable', `There is no economic calendar: ${NOT_SET}.`);
      const bytes = await readFile(path);
      if (!bytes) {
        throw new AppError('unavailable', `The calendar ${path} is not there.`, {
          hint: 'Put the file there, or correct calendar.file.',
        });
      }
      if (bytes.length > FILE_CAP) throw new AppError('bad_file', `The calendar ${path} is larger than 10 MB.`);
      const now = clock.now();
      return parseCalendar(bytes, path)
        .filter((event) => event.eventTime >= from && event.eventTime <= to)
        .map(({ actual, ...event }) => (actual === undefined || event.eventTime > now ? event : { ...event, actual }));
    },
  };
}
