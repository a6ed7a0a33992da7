import { sessionCalendar } from '../../adapters/calendar/sessions.ts';
import { toNumber } from '../../domain/decimal.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { requireInstrument } from '../../domain/instruments.ts';
import { barClose, barOpen, DAY, HOUR, type Interval, type Timestamp } from '../../domain/time.ts';
import { type RecordedHour, type RecordedSymbol, recordedHours } from './recordings.ts';

export interface StandInBar {
  openTime: Timestamp;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

export interface StandInMarket {
  instrument: Instrument;
  /** Bars that open in [from, to) and have begun by now, oldest first; none while nobody trades. */
  bars(interval: Interval, from: Timestamp, to: Timestamp): StandInBar[];
  last(): { price: number; bid: number; ask: number; at: Timestamp };
}

const ORIGIN = Date.UTC(2000, 0, 3);
/** No vendor's answer is longer. */
const MOST_BARS = 50_000;

/**
 * A market that never ends: recorded hours played forward, then backward, and so on, one for each hour in which the
 * exchange is open. Within an hour the price walks its open, low, high and close, so that minutes, hours and days agree.
 */
export function standInMarket(symbol: RecordedSymbol, now: () => Timestamp): StandInMarket {
  const instrument = requireInstrument(symbol);
  const hours = recordedHours(symbol);
  const { calendar } = instrument;
  const tick = toNumber(instrument.tick);
  const rounded = (price: number) => Number((Math.round(price / tick) * tick).toPrecision(12));
  const hourAt = (index: number) => walked(hours, index);
  const played = (at: Timestamp) => sessionCalendar.openBetween(calendar, ORIGIN, at) / HOUR;

  /** Where the price stands after so many open hours; `before` a full hour is the end of the one that ends. */
  function priceAt(position: number, before = false): number {
    const index = before ? Math.ceil(position) - 1 : Math.floor(position);
    const { corners } = hourAt(index);
    const along = (position - index) * 3;
    const leg = Math.min(2, Math.floor(along));
    return corners[leg]! + (corners[leg + 1]! - corners[leg]!) * (along - leg);
  }

  function barOf(openTime: Timestamp, end: Timestamp): StandInBar | undefined {
    const [from, to] = [played(openTime), played(end)];
    if (to <= from) return undefined;
    const [open, close] = [priceAt(from), priceAt(to, true)];
    let [high, low, volume] = [Math.max(open, close), Math.min(open, close), 0];
    for (let index = Math.floor(from); index < to; index++) {
      const hour = hourAt(index);
      volume += hour.volume * (Math.min(to, index + 1) - Math.max(from, index));
      for (const [leg, price] of hour.corners.entries()) {
        const position = index + leg / 3;
        if (position < from || position > to || (position === to && leg === 0)) continue;
        high = Math.max(high, price);
        low = Math.min(low, price);
      }
    }
    const prices = { open: rounded(open), high: rounded(high), low: rounded(low), close: rounded(close) };
    return { openTime, ...prices, volume: Math.round(volume) };
  }

  return {
    instrument,
    bars(interval, from, to) {
      const found: StandInBar[] = [];
      const end = Math.min(to, now());
      let openTime = barOpen(interval, from);
      if (openTime < from) openTime = barClose(interval, openTime);
      for (; openTime < end && found.length < MOST_BARS; openTime = barClose(interval, openTime)) {
        const bar = barOf(openTime, Math.min(barClose(interval, openTime), now()));
        if (bar) found.push(bar);
      }
      return found;
    },
    last() {
      const price = rounded(priceAt(played(now()), true));
      const half = Math.max(tick, instrument.typicalSpread / 2);
      const open = sessionCalendar.isOpen(calendar, now());
      const at = open ? now() : lastClose(instrument, now());
      return { price, bid: rounded(price - half), ask: rounded(price + half), at };
    },
  };
}

function walked(hours: readonly RecordedHour[], index: number) {
  const lap = Math.floor(index / hours.length);
  const place = index - lap * hours.length;
  const backward = Math.abs(lap) % 2 === 1;
  const [open, high, low, close, volume] = hours[backward ? hours.length - 1 - place : place]!;
  const [start, end] = backward ? [close, open] : [open, close];
  return { corners: end >= start ? [start, low, high, end] : [start, high, low, end], volume };
}

/** The minute in which trading stopped last. */
function lastClose({ calendar }: Instrument, now: Timestamp): Timestamp {
  let [open, shut] = [now - 10 * DAY, now];
  const played = (at: Timestamp) => sessionCalendar.openBetween(calendar, at, now);
  while (shut - open > 1_000) {
    const middle = (open + shut) / 2;
    if (played(middle) > 0) open = middle;
    else shut = middle;
  }
  return Math.floor(open);
}
