import type { CalendarName, SessionKind } from '../domain/instrument.ts';
import type { EconomicEvent } from '../domain/news.ts';
import type { Interval, Timestamp } from '../domain/time.ts';

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

/** One stretch of trading: [open, close). */
export interface TradingSession {
  open: Timestamp;
  close: Timestamp;
}

/** A day on which an exchange trades, by its own date. */
export interface TradingDay {
  /** The exchange's date, e.g. 2025-11-28. */
  date: string;
  /** The hours of the auction market, a lunch break apart; two or more sessions where there is one. */
  regular: readonly TradingSession[];
  /** Before and after them, where the market has such hours. */
  extended: readonly TradingSession[];
  earlyClose: boolean;
}

/** Sessions of an exchange. Without `session` every question is about regular hours. */
export interface SessionCalendar {
  isOpen(calendar: CalendarName, at: Timestamp, session?: SessionKind): boolean;
  nextOpen(calendar: CalendarName, at: Timestamp): Timestamp;
  nextClose(calendar: CalendarName, at: Timestamp): Timestamp;
  /** Milliseconds of open session in [from, to): what staleness is measured in. */
  openBetween(calendar: CalendarName, from: Timestamp, to: Timestamp): number;
  /** Trading days whose date lies in [from, to], both ISO dates. */
  days(calendar: CalendarName, from: string, to: string): TradingDay[];
  /** Why the exchange is shut on a date that would else be a trading day, or shuts early. */
  holiday(calendar: CalendarName, date: string): { name: string; earlyClose?: Timestamp } | undefined;
  /**
   * Whether nothing more can be added to the bar at `at`: its time is over, or no session is left in it. The daily bar
   * of a share is complete when its exchange closes, not at midnight UTC.
   */
  isComplete(calendar: CalendarName, interval: Interval, openTime: Timestamp, at: Timestamp): boolean;
}
