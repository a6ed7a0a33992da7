import type { Instrument } from '../domain/instrument.ts';
import type { Quote } from '../domain/quote.ts';
import { type Duration, MINUTE, type Timestamp, toIso } from '../domain/time.ts';
import type { SessionCalendar } from '../ports/calendar.ts';

/** Usual spreads beyond which a quote is a market that has stepped back, not a price. */
const WIDEST = 10;

/**
 * Why a quote is no price to fill resting orders at: its market is shut, or was when it was quoted, or it is older than
 * risk allows, or too wide. Undefined for a sound one.
 */
export function unfitQuote(
  { symbol, bid, ask, eventTime }: Quote,
  about: { instrument: Instrument; sessions: SessionCalendar; now: Timestamp; maxQuoteAgeMs: Duration },
): { why: string; wide?: boolean } | undefined {
  const { instrument, sessions, now, maxQuoteAgeMs } = about;
  const { calendar, typicalSpread } = instrument;
  if (!sessions.isOpen(calendar, now)) {
    return { why: `${symbol} is closed until ${toIso(sessions.nextOpen(calendar, now))}.` };
  }
  // Vendors quote coins and closes a moment ahead; from the future is as good as now.
  if (!sessions.isOpen(calendar, Math.min(eventTime, now))) {
    return { why: `Its newest price, of ${toIso(eventTime)}, is from before the market opened.` };
  }
  if (now - eventTime > maxQuoteAgeMs) {
    return { why: `Its newest price is ${Math.round((now - eventTime) / MINUTE)} minutes old.` };
  }
  if (!(bid > 0 && ask >= bid)) return { why: 'The quote is crossed.' };
  const usual = typicalSpread > 0 ? typicalSpread : ((bid + ask) / 2) * 0.002;
  const multiple = Math.round((ask - bid) / usual);
  return multiple > WIDEST ? { why: `The spread is ${multiple} usual spreads.`, wide: true } : undefined;
}
