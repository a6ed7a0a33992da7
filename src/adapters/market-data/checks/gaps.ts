import type { Bar } from '../../../domain/bar.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import { DAY, type Duration, type Interval, intervalMs, MINUTE, type Timestamp } from '../../../domain/time.ts';
import type { SessionCalendar } from '../../../ports/calendar.ts';

/** A span of open session without a bar. */
export interface Gap {
  from: Timestamp;
  to: Timestamp;
  missing: number;
}

/** Open session between a bar and the one before it that is longer than thin trade explains. Needs only the past. */
export function gapBetween(
  before: Bar,
  bar: Bar,
  { instrument, interval, calendar }: { instrument: Instrument; interval: Interval; calendar: SessionCalendar },
): Gap | undefined {
  if (interval === '1w' || interval === '1M') return undefined;
  const from = before.closeTime;
  const to = bar.openTime;
  if (to <= from) return undefined;
  const length = intervalMs[interval];
  const open = calendar.openBetween(instrument.calendar, from, to);
  return open > allowed(length, instrument) ? { from, to, missing: Math.floor(open / length) } : undefined;
}

export function findGaps(
  bars: readonly Bar[],
  context: { instrument: Instrument; interval: Interval; calendar: SessionCalendar },
): Gap[] {
  return bars.flatMap((bar, i) => (i === 0 ? [] : (gapBetween(bars[i - 1]!, bar, context) ?? [])));
}

function allowed(length: Duration, { calendar }: Instrument): Duration {
  // Fine bars miss minutes in which nobody traded: a gap is what a person would call one.
  if (length < 60 * MINUTE) return Math.max(2 * length, 20 * MINUTE);
  // A day's bar stands for its session; an FX server's day may miss an hour of the Sunday.
  return length >= DAY ? 2 * DAY : Math.max(length, 59 * MINUTE, calendar === 'fx' ? 65 * MINUTE : 0);
}
