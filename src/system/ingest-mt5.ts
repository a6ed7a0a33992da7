import { checkBars } from '../adapters/market-data/check-bars.ts';
import { checkQuote } from '../adapters/market-data/checks/quotes.ts';
import { fromWall, parseZone } from '../adapters/market-data/file/zone.ts';
import type { IngestDocument } from '../api/documents.ts';
import type { Bar } from '../domain/bar.ts';
import { AppError } from '../domain/errors.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Quote } from '../domain/quote.ts';
import {
  barClose,
  DAY,
  HOUR,
  type Interval,
  intervalMs,
  MINUTE,
  SECOND,
  type Timestamp,
  toIso,
} from '../domain/time.ts';
import type { SessionCalendar } from '../ports/calendar.ts';
import type { Clock } from '../ports/clock.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { BarStore, QuoteStore } from '../ports/store.ts';
import type { Mt5Push } from '../wire.ts';

export const MT5 = 'mt5';

/** Clocks of two machines differ by so much. */
const SKEW = MINUTE;
/** An offset of today says nothing of a time before a change of clocks; within a week, one change is rare. */
const OFFSET_HOLDS = 7 * DAY;
/** Stored bars that pushed ones are measured against. */
const CONTEXT = 60;

interface Series {
  instrument: Instrument;
  interval: Interval;
  bars: Bar[];
  forming: number;
}

/**
 * Takes bars and quotes that a MetaTrader 5 terminal pushes: checked, kept apart and stored like bars of any vendor,
 * under the source `mt5`. All is read before anything is stored. Throws `invalid_input`, `unknown_symbol`.
 */
export function createMt5Ingest(options: {
  marketData: Pick<MarketData, 'resolve'>;
  bars: BarStore;
  quotes: QuoteStore;
  sessions: SessionCalendar;
  clock: Pick<Clock, 'now'>;
}) {
  const { marketData, bars: store, quotes: quoteStore, sessions, clock } = options;
  return async (push: Mt5Push): Promise<IngestDocument> => {
    const now = clock.now();
    const toUtc = serverClock(push, now);
    const series = push.bars.map((each) => seriesOf(each, marketData.resolve(each.symbol), toUtc, now));
    const quotes = push.quotes.map(({ symbol, time, bid, ask }): Quote => {
      const eventTime = toUtc(time);
      if (eventTime > now + SKEW) throw inFuture(symbol, eventTime, now);
      return { symbol: marketData.resolve(symbol).symbol, bid, ask, eventTime, receiveTime: now, source: MT5 };
    });
    const sound = quotes.filter((quote) => {
      const instrument = marketData.resolve(quote.symbol);
      return checkQuote(quote, { instrument, now: now + SKEW, calendar: sessions }) === undefined;
    });

    const stored: IngestDocument['bars'] = [];
    for (const each of series) stored.push(await keep(each));
    const newest = new Map<string, Quote>();
    for (const quote of sound) {
      if (quote.eventTime >= (newest.get(quote.symbol)?.eventTime ?? 0)) newest.set(quote.symbol, quote);
    }
    for (const quote of newest.values()) await quoteStore.write(quote);
    return {
      source: MT5,
      bars: stored,
      quotes: { accepted: sound.length, rejected: quotes.length - sound.length },
    };
  };

  async function keep({ instrument, interval, bars, forming }: Series): Promise<IngestDocument['bars'][number]> {
    const key = { symbol: instrument.symbol, interval, source: MT5 };
    const first = bars[0];
    if (!first) return { symbol: key.symbol, interval, accepted: 0, rejected: 0, forming, written: 0 };
    const before = await store.read({ ...key, asOf: Math.min(...bars.map((bar) => bar.openTime)), limit: CONTEXT });
    const settled = await store.overruled(instrument.symbol, MT5);
    const overruled = new Set(settled.filter((each) => each.interval === interval).map((each) => each.openTime));
    const checked = checkBars([...before, ...bars], { instrument, interval, calendar: sessions, overruled });
    const known = new Set(before);
    const times = new Set(bars.map((bar) => toIso(bar.openTime)));
    const accepted = checked.accepted.filter((bar) => !known.has(bar));
    const defects = checked.defects.filter(({ at }) => times.has(at));
    const { written } = await store.write({ ...key, simulated: false, bars: accepted });
    await store.quarantine(key.symbol, interval, MT5, defects);
    return {
      symbol: key.symbol,
      interval,
      accepted: accepted.length,
      rejected: defects.length,
      forming,
      written,
    };
  }
}

function seriesOf(
  { interval, rows }: Mt5Push['bars'][number],
  instrument: Instrument,
  toUtc: (wall: Timestamp) => Timestamp,
  now: Timestamp,
): Series {
  const length = intervalMs[interval];
  const bars = rows.map(([seconds, open, high, low, close, volume]): Bar => {
    const wall = seconds * SECOND;
    if (wall % length !== 0) {
      throw new AppError('invalid_input', `A bar of ${interval} cannot open at ${toIso(wall)} on the server's clock.`, {
        hint: "Send each bar's opening time in seconds, as MqlRates has it.",
      });
    }
    // A day is the server's date, as in an imported file; shorter bars stand where they were in UTC.
    const openTime = length >= DAY ? wall : toUtc(wall);
    if (openTime > now + (length >= DAY ? DAY : SKEW)) throw inFuture(instrument.symbol, openTime, now);
    const closeTime = barClose(interval, openTime);
    const backfilled = now - closeTime > HOUR;
    const prices = { open, high, low, close, volume };
    return { openTime, closeTime, ...prices, receiveTime: now, ...(backfilled ? { backfilled } : {}) };
  });
  const complete = bars.filter((bar) => bar.closeTime <= now + SKEW);
  return { instrument, interval, bars: complete, forming: bars.length - complete.length };
}

/** UTC of a time on the server's clock. */
function serverClock({ utcOffsetSeconds, serverTimeZone }: Mt5Push, now: Timestamp): (wall: Timestamp) => Timestamp {
  if (serverTimeZone !== undefined) {
    const zone = parseZone(serverTimeZone);
    return (wall) => fromWall(zone, wall);
  }
  const offset = (utcOffsetSeconds ?? 0) * SECOND;
  return (wall) => {
    const time = wall - offset;
    if (offset === 0 || now - time <= OFFSET_HOLDS) return time;
    throw new AppError('invalid_input', `The offset of today does not tell when ${toIso(wall)} on the server was.`, {
      hint: 'Name the zone of the server with serverTimeZone (for most brokers: broker), or send bars of the last 7 days.',
    });
  };
}

const inFuture = (symbol: string, time: Timestamp, now: Timestamp) =>
  new AppError('invalid_input', `${symbol} at ${toIso(time)} lies in the future; here it is ${toIso(now)}.`, {
    hint: "Correct the server's offset or zone, or the clock of one of the two machines.",
  });
