import type { AssetClass, Instrument } from '../../../domain/instrument.ts';
import { midPrice, type Quote } from '../../../domain/quote.ts';
import type { Tick } from '../../../domain/tick.ts';
import { DAY, type Duration, HOUR, MINUTE, SECOND, type Timestamp, toIso } from '../../../domain/time.ts';
import type { SessionCalendar } from '../../../ports/calendar.ts';
import type { Fault } from './values.ts';

/** A price and when it was one. */
export interface KnownPrice {
  price: number;
  eventTime: Timestamp;
  source?: string;
}

/** What a live price is judged against. */
export interface LiveContext {
  instrument: Instrument;
  now: Timestamp;
  calendar: Pick<SessionCalendar, 'openBetween'>;
  /** The last price that was believed. */
  last?: KnownPrice;
  /** A later one that was not: a second price beside it says that the market did move. */
  suspect?: KnownPrice;
}

/** Vendors' clocks differ from ours by a little. */
const CLOCK_SLACK = 10 * SECOND;
/** Older than this of open session, a price is the market's no longer; free vendors are a quarter of an hour late. */
const STALE = 30 * MINUTE;
/** A move within an hour that nobody believes at first sight, as a share of the price; over longer it grows. */
const jumps: Record<AssetClass, number> = {
  fx: 0.02,
  metal: 0.04,
  crypto: 0.15,
  equity: 0.25,
  etf: 0.15,
  index: 0.1,
  future: 0.1,
};
/** A last price older than this proves nothing; of a share, one of another session: a split may lie between. */
const LAST_COUNTS = 5 * DAY;
const LAST_COUNTS_OF_SHARE = 8 * HOUR;

/** What is wrong with a quote, or undefined: a closed market's last quote is sound, however old. Pure. */
export function checkQuote(quote: Quote, context: LiveContext): Fault | undefined {
  const { bid, ask, eventTime, source } = quote;
  const isPrice = (each: number) => Number.isFinite(each) && each > 0;
  if (isPrice(bid) !== isPrice(ask)) return { flag: 'one-sided', reason: `Only one side is a price: ${bid}, ${ask}.` };
  if (!isPrice(bid)) return { flag: 'not-positive', reason: `Prices must be positive: ${bid}, ${ask}.` };
  if (bid > ask) return { flag: 'crossed', reason: `The bid ${bid} is above the ask ${ask}.` };
  return checkPrice({ price: midPrice(quote), eventTime, source }, context);
}

/** What is wrong with a print, or undefined. Pure. */
export function checkTick({ price, size, eventTime, source }: Tick, context: LiveContext): Fault | undefined {
  if (!(Number.isFinite(price) && price > 0)) {
    return { flag: 'not-positive', reason: `A price must be positive: ${price}.` };
  }
  if (!(size >= 0)) return { flag: 'not-positive', reason: `Its size is ${size}.` };
  return checkPrice({ price, eventTime, source }, context);
}

function checkPrice(known: KnownPrice, context: LiveContext): Fault | undefined {
  const { instrument, now, calendar } = context;
  const { eventTime } = known;
  if (!Number.isFinite(eventTime) || eventTime > now + CLOCK_SLACK) {
    return { flag: 'future', reason: `Its time ${timeText(eventTime)} has not come: it is ${toIso(now)}.` };
  }
  if (now - eventTime > STALE && calendar.openBetween(instrument.calendar, eventTime, now) > STALE) {
    return { flag: 'stale', reason: `It is of ${toIso(eventTime)}, and the market was open since.` };
  }
  return jumpFrom(known, context);
}

function jumpFrom(known: KnownPrice, { instrument, last, suspect }: LiveContext): Fault | undefined {
  const { assetClass } = instrument;
  const isShare = assetClass === 'equity' || assetClass === 'etf';
  const elapsed: Duration = last ? Math.abs(known.eventTime - last.eventTime) : 0;
  if (!last || elapsed > (isShare ? LAST_COUNTS_OF_SHARE : LAST_COUNTS)) return undefined;
  const away = Math.log(known.price / last.price);
  const limit = jumps[assetClass] * Math.sqrt(Math.max(1, elapsed / HOUR));
  if (Math.abs(away) <= limit) return undefined;
  const tens = Math.round(away / Math.LN10);
  if (tens !== 0 && Math.abs(away - tens * Math.LN10) < 0.2) {
    return { flag: 'wrong-scale', reason: `${known.price} is about 10^${tens} times the last price (${last.price}).` };
  }
  if (suspect && confirms(known, suspect, jumps[assetClass])) return undefined;
  return {
    flag: 'spike',
    reason: `${known.price} is far from the last price (${last.price}); nothing confirms it yet.`,
  };
}

/** Another print near the one that was not believed; the same print again proves nothing. */
const confirms = (known: KnownPrice, suspect: KnownPrice, limit: number) =>
  (known.eventTime !== suspect.eventTime || known.source !== suspect.source) &&
  Math.abs(Math.log(known.price / suspect.price)) <= limit;

const timeText = (time: Timestamp) => (Number.isFinite(time) ? toIso(time) : String(time));
