import type { CalendarProvider } from '../../ports/calendar.ts';
import { type FileCalendarOptions, fileCalendar } from './file.ts';
import { simulatedCalendar } from './simulated.ts';

export { parseCalendar } from './parse-calendar.ts';

/** Every economic calendar: one file, its line here, and it passes `testing/calendar-contract.ts`. */
export const calendarProviders = { file: fileCalendar, simulated: simulatedCalendar } as const;

export interface CalendarSettings {
  /** Path of a calendar file. */
  file?: string;
  /** Of the simulated market, so that its news and releases agree. */
  seed: number;
}

export function createCalendarProviders(
  { file, seed }: CalendarSettings,
  { clock, readFile }: Pick<FileCalendarOptions, 'clock' | 'readFile'>,
): CalendarProvider[] {
  return [calendarProviders.file({ path: file, readFile, clock }), calendarProviders.simulated({ clock, seed })];
}
