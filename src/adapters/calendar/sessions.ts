import type { CalendarName } from '../../domain/instrument.ts';
import { barClose, DAY, intervalMs, type Timestamp } from '../../domain/time.ts';
import type { SessionCalendar, TradingDay, TradingSession } from '../../ports/calendar.ts';
import { cmeFx } from './exchanges/cme-fx.ts';
import { type Exchange, type ExchangeDate, type ExchangeDay, iso, isWeekend } from './exchanges/exchange.ts';
import { fx } from './exchanges/fx.ts';
import { lse } from './exchanges/lse.ts';
import { tse } from './exchanges/tse.ts';
import { usEquity } from './exchanges/us-equity.ts';
import { xetra } from './exchanges/xetra.ts';

/**
 * Sessions by rule, one file per exchange in exchanges/; crypto is always open.
 * Each calendar is laid out once as sorted sessions with a running sum, so that every question is a binary search.
 */
interface Layout {
  from: Timestamp;
  to: Timestamp;
  opens: Float64Array;
  closes: Float64Array;
  /** Open milliseconds before session i. */
  before: Float64Array;
}

const layouts = new Map<CalendarName, Layout>();
// Enough for nearly every question; a question outside widens it once, to whole decades.
const FIRST_YEAR = 2000;
const LAST_YEAR = 2040;

function layoutFor(calendar: Exclude<CalendarName, 'crypto'>, from: Timestamp, to: Timestamp): Layout {
  const known = layouts.get(calendar);
  if (known && from >= known.from && to <= known.to) return known;
  const firstYear = Math.min(FIRST_YEAR, Math.floor((yearOf(from) - 1) / 10) * 10, known ? yearOf(known.from) : 9999);
  const lastYear = Math.max(LAST_YEAR, Math.ceil((yearOf(to) + 2) / 10) * 10, known ? yearOf(known.to) : 0);
  const layout = layOut(calendar, firstYear, lastYear);
  layouts.set(calendar, layout);
  return layout;
}

const yearOf = (time: Timestamp) => {
  const year = new Date(time).getUTCFullYear();
  return Number.isNaN(year) ? FIRST_YEAR : Math.min(2300, Math.max(1900, year));
};

function layOut(calendar: Exclude<CalendarName, 'crypto'>, firstYear: number, lastYear: number): Layout {
  const opens: number[] = [];
  const closes: number[] = [];
  const from = Date.UTC(firstYear, 0, 1);
  const to = Date.UTC(lastYear, 0, 1);
  for (let midnight = from; midnight < to; midnight += DAY) {
    for (const session of exchangeDay(calendar, dateOf(midnight)).regular) {
      opens.push(session.open);
      closes.push(session.close);
    }
  }
  const before = new Float64Array(opens.length + 1);
  for (let i = 0; i < opens.length; i++) before[i + 1] = before[i]! + closes[i]! - opens[i]!;
  return { from, to, opens: Float64Array.from(opens), closes: Float64Array.from(closes), before };
}

const exchanges: Record<Exclude<CalendarName, 'crypto'>, Exchange> = {
  fx,
  'cme-fx': cmeFx,
  'us-equity': usEquity,
  lse,
  xetra,
  tse,
};

function exchangeDay(calendar: Exclude<CalendarName, 'crypto'>, date: ExchangeDate): ExchangeDay {
  return isWeekend(date) ? { regular: [] } : exchanges[calendar](date);
}

const dateOf = (time: Timestamp): ExchangeDate => {
  const date = new Date(time);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
};

/** How many sessions opened at or before `at`. */
function openedBy(layout: Layout, at: Timestamp): number {
  let low = 0;
  let high = layout.opens.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (layout.opens[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Open milliseconds from the layout's start to `at`. */
function openUntil(layout: Layout, at: Timestamp): number {
  const count = openedBy(layout, at);
  if (count === 0) return 0;
  return layout.before[count - 1]! + Math.min(at, layout.closes[count - 1]!) - layout.opens[count - 1]!;
}

/** The session that holds `at`, or undefined while the market is shut. Crypto's is its UTC day. */
export function sessionAt(calendar: CalendarName, at: Timestamp): TradingSession | undefined {
  if (calendar === 'crypto') {
    const open = Math.floor(at / DAY) * DAY;
    return { open, close: open + DAY };
  }
  const layout = layoutFor(calendar, at, at);
  const last = openedBy(layout, at) - 1;
  if (last < 0 || at >= layout.closes[last]!) return undefined;
  return { open: layout.opens[last]!, close: layout.closes[last]! };
}

/** Dates around a moment whose trading days may hold it: those of Tokyo begin, those of New York end on another UTC date. */
const datesAround = (at: Timestamp) => [-1, 0, 1].map((days) => dateOf(at + days * DAY));

function inExtendedHours(calendar: CalendarName, at: Timestamp): boolean {
  if (calendar !== 'us-equity') return false;
  return datesAround(at).some((date) =>
    exchangeDay(calendar, date).extended?.some(({ open, close }) => at >= open && at < close),
  );
}

export const sessionCalendar: SessionCalendar = {
  isOpen(calendar, at, session = 'regular') {
    return sessionAt(calendar, at) !== undefined || (session !== 'regular' && inExtendedHours(calendar, at));
  },
  nextOpen(calendar, at) {
    if (calendar === 'crypto' || sessionAt(calendar, at)) return at;
    const layout = layoutFor(calendar, at, at + 14 * DAY);
    return layout.opens[openedBy(layout, at)]!;
  },
  nextClose(calendar, at) {
    if (calendar === 'crypto') return Number.POSITIVE_INFINITY;
    return sessionAt(calendar, sessionCalendar.nextOpen(calendar, at))!.close;
  },
  openBetween(calendar, from, to) {
    if (to <= from) return 0;
    if (calendar === 'crypto') return to - from;
    const layout = layoutFor(calendar, from, to);
    return openUntil(layout, to) - openUntil(layout, from);
  },
  days(calendar, from, to) {
    const found: TradingDay[] = [];
    for (let midnight = Date.parse(from); midnight <= Date.parse(to); midnight += DAY) {
      const date = dateOf(midnight);
      const day: ExchangeDay =
        calendar === 'crypto' ? { regular: [{ open: midnight, close: midnight + DAY }] } : exchangeDay(calendar, date);
      if (day.regular.length === 0) continue;
      const { regular, extended = [], earlyClose = false } = day;
      found.push({ date: iso(date), regular, extended, earlyClose });
    }
    return found;
  },
  holiday(calendar, date) {
    if (calendar === 'crypto') return undefined;
    const { holiday: name, earlyClose, regular } = exchangeDay(calendar, dateOf(Date.parse(date)));
    if (name === undefined) return undefined;
    return earlyClose ? { name, earlyClose: regular.at(-1)!.close } : { name };
  },
  isComplete(calendar, interval, openTime, at) {
    const closeTime = barClose(interval, openTime);
    if (at >= closeTime) return true;
    if (calendar === 'crypto' || at <= openTime) return false;
    // A bar within the day may still grow before and after the exchange's own hours.
    if (calendar === 'us-equity' && intervalMs[interval] < DAY) return false;
    return (
      sessionCalendar.openBetween(calendar, at, closeTime) === 0 &&
      sessionCalendar.openBetween(calendar, openTime, at) > 0
    );
  },
};
