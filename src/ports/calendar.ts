import type { CalendarName } from '../domain/instrument.ts';
import type { EconomicEvent } from '../domain/news.ts';
import type { Timestamp } from '../domain/time.ts';

/**
 * Economic releases scheduled in [from, to], both included, earliest first; outcomes only of those that are out. Throws
 * AppError `unavailable` when it fails, `bad_file` when a file cannot be read.
 */
export interface CalendarProvider {
  name: string;
  simulated: boolean;
  unavailable?: string;
  events(request: { from: Timestamp; to: Timestamp }): Promise<EconomicEvent[]>;
}

/** Sessions of an exchange. */
export interface SessionCalendar {
  isOpen(calendar: CalendarName, at: Timestamp): boolean;
  nextOpen(calendar: CalendarName, at: Timestamp): Timestamp;
  /** Milliseconds of open session in [from, to): what staleness is measured in. */
  openBetween(calendar: CalendarName, from: Timestamp, to: Timestamp): number;
}
