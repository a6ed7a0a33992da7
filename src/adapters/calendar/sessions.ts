import type { CalendarName } from '../../domain/instrument.ts';
import { barClose, DAY, type Timestamp } from '../../domain/time.ts';
import type { SessionCalendar, TradingDay, TradingSession } from '../../ports/calendar.ts';
import { newYorkTime } from './new-york.ts';
import { usTradingDay } from './us-holidays.ts';

/**
 * Sessions by rule. FX and metals: Sunday 17:00 to Friday 17:00 New York, shut for the trading days of 25 December and
 * 1 January. US shares: 9:30 to 16:00 New York without holidays, until 13:00 on early closes. Crypto: always.
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

function layoutFor(calendar: CalendarName, from: Timestamp, to: Timestamp): Layout {
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

function layOut(calendar: CalendarName, firstYear: number, lastYear: number): Layout {
  const opens: number[] = [];
  const closes: number[] = [];
  const from = Date.UTC(firstYear, 0, 1);
  const to = Date.UTC(lastYear, 0, 1);
  for (let midnight = from; midnight < to; midnight += DAY) {
    const date = new Date(midnight);
    const weekday = date.getUTCDay();
    if (weekday === 0 || weekday === 6) continue;
    const session = sessionOfDay(calendar, date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
    if (!session) continue;
    opens.push(session.open);
    closes.push(session.close);
  }
  const before = new Float64Array(opens.length + 1);
  for (let i = 0; i < opens.length; i++) before[i + 1] = before[i]! + closes[i]! - opens[i]!;
  return { from, to, opens: Float64Array.from(opens), closes: Float64Array.from(closes), before };
}

function sessionOfDay(calendar: CalendarName, year: number, month: number, day: number): TradingSession | undefined {
  if (calendar === 'fx') {
    if ((month === 12 && day === 25) || (month === 1 && day === 1)) return undefined;
    return { open: newYorkTime(year, month, day - 1, 17), close: newYorkTime(year, month, day, 17) };
  }
  const kind = usTradingDay(year, month, day);
  if (kind === 'closed') return undefined;
  return {
    open: newYorkTime(year, month, day, 9, 30),
    close: newYorkTime(year, month, day, kind === 'early' ? 13 : 16),
  };
}

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

export const sessionCalendar: SessionCalendar = {
  isOpen: (calendar, at) => sessionAt(calendar, at) !== undefined,
  nextOpen(calendar, at) {
    if (calendar === 'crypto' || sessionAt(calendar, at)) return at;
    const layout = layoutFor(calendar, at, at + 14 * DAY);
    return layout.opens[openedBy(layout, at)]!;
  },
  openBetween(calendar, from, to) {
    if (to <= from) return 0;
    if (calendar === 'crypto') return to - from;
    const layout = layoutFor(calendar, from, to);
    return openUntil(layout, to) - openUntil(layout, from);
  },
  nextClose(calendar, at) {
    const next = this.nextOpen(calendar, at);
    return calendar === 'crypto' ? Number.POSITIVE_INFINITY : sessionAt(calendar, next)!.close;
  },
  days(calendar, from, to) {
    const days: TradingDay[] = [];
    for (let day = Date.parse(from); day <= Date.parse(to); day += DAY) {
      const date = new Date(day);
      const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
      const session =
        calendar === 'crypto' ? { open: day, close: day + DAY } : sessionOfDay(calendar, year, month, dayOfMonth);
      if (!session || (calendar !== 'crypto' && [0, 6].includes(date.getUTCDay()))) continue;
      const earlyClose = calendar === 'us-equity' && usTradingDay(year, month, dayOfMonth) === 'early';
      days.push({ date: date.toISOString().slice(0, 10), regular: [session], extended: [], earlyClose });
    }
    return days;
  },
  holiday: () => undefined,
  isComplete: (_calendar, interval, openTime, at) => at >= barClose(interval, openTime),
};
