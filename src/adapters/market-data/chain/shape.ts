import { adjustBars } from '../../../domain/adjust-bars.ts';
import type { Bar } from '../../../domain/bar.ts';
import type { CorporateAction } from '../../../domain/corporate-action.ts';
import type { Instrument, SessionKind } from '../../../domain/instrument.ts';
import { DAY, type Interval, intervalMs, type Timestamp } from '../../../domain/time.ts';
import type { SessionCalendar } from '../../../ports/calendar.ts';
import type { Adjustment } from '../../../ports/market-data.ts';
import { coarser } from './stored.ts';

export interface Shape {
  instrument: Instrument;
  /** Of the bars as they are stored, and as they are wanted. */
  fine: Interval;
  interval: Interval;
  session: SessionKind;
  adjustment: Adjustment;
  actions: readonly CorporateAction[];
  asOf: Timestamp;
}

/** Whether an exchange trades before and after its own hours, so that bars of those hours may be stored. */
export const hasExtendedHours = ({ calendar }: Pick<Instrument, 'calendar'>) => calendar === 'us-equity';

/** Stored bars as they are wanted: of the wanted hours, on one scale, in the wanted interval, in this order. */
export function shapeBars(bars: readonly Bar[], shape: Shape, sessions: SessionCalendar): Bar[] {
  const { instrument, fine, interval, adjustment, actions, asOf } = shape;
  const wanted = inSession(bars, shape, sessions);
  const onOneScale = actions.length === 0 ? wanted : adjustBars(wanted, actions, adjustment, asOf);
  return fine === interval ? onOneScale : coarser(instrument.symbol, interval, onOneScale);
}

/** A bar that holds any of the wanted hours: the hour of 9:00 in New York holds half an hour of the auction market. */
function inSession(bars: readonly Bar[], { instrument, fine, session }: Shape, sessions: SessionCalendar): Bar[] {
  if (session === 'all' || intervalMs[fine] >= DAY || !hasExtendedHours(instrument)) return [...bars];
  const { calendar } = instrument;
  return bars.filter(
    ({ openTime, closeTime }) =>
      sessions.openBetween(calendar, openTime, closeTime) > 0 ||
      (session === 'extended' &&
        (sessions.isOpen(calendar, openTime, 'extended') || sessions.isOpen(calendar, closeTime - 1, 'extended'))),
  );
}
