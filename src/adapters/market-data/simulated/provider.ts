import type { Bar } from '../../../domain/bar.ts';
import { toNumber } from '../../../domain/decimal.ts';
import { AppError } from '../../../domain/errors.ts';
import { assetClasses, type Instrument } from '../../../domain/instrument.ts';
import type { Quote } from '../../../domain/quote.ts';
import { barClose, barOpen, DAY, type Interval, intervals, MINUTE, type Timestamp } from '../../../domain/time.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { MarketDataProvider } from '../../../ports/market-data.ts';
import { sessionAt, sessionCalendar } from '../../calendar/sessions.ts';
import { minuteIndex } from './minutes.ts';
import { BLOCK } from './path.ts';
import { simulatedWorld, type World } from './world.ts';

export interface SimulatedMarket extends MarketDataProvider {
  /** The simulated quote of any moment; while the market is shut, that of the last close. */
  quoteAt(instrument: Instrument, at: Timestamp): Quote;
  /** Simulated bars with openTime in [from, to), as known at `now`; for tests and demonstrations. */
  barsAt(instrument: Instrument, interval: Interval, from: Timestamp, to: Timestamp, now: Timestamp): Bar[];
}

/** The simulated world begins here. */
const BEGINNING = Date.UTC(2000, 0, 3);

/**
 * A market that exists nowhere: seeded, deterministic, offline, with sessions, seasons of the day, shared factors and
 * fat tails. Coarse bars are exactly the sum of their minutes. Always labelled; never evidence of anything real.
 */
export function simulatedMarket({ clock, seed = 1 }: { clock: Clock; seed?: number }): SimulatedMarket {
  const world = simulatedWorld(seed);
  const known = (instrument: Instrument) => {
    if (!world.has(instrument)) {
      throw new AppError('unavailable', `The simulated market has no ${instrument.symbol}.`, {
        hint: 'Import bars of it, or allow a vendor that has it: `conclave doctor` says which are offered.',
      });
    }
  };
  const barsAt: SimulatedMarket['barsAt'] = (instrument, interval, from, to, now) => {
    known(instrument);
    const bars: Bar[] = [];
    let openTime = barOpen(interval, Math.max(from, BEGINNING));
    if (openTime < Math.max(from, BEGINNING)) openTime = barClose(interval, openTime);
    while (openTime < to && openTime < now) {
      const closeTime = barClose(interval, openTime);
      const bar = layBar(world, instrument, openTime, closeTime, now);
      if (bar) bars.push(bar);
      // A shut market is skipped as a whole: a weekend of minutes is one step.
      const next = sessionCalendar.nextOpen(instrument.calendar, closeTime);
      openTime = Math.max(closeTime, barOpen(interval, next));
    }
    return bars;
  };
  const quoteAt: SimulatedMarket['quoteAt'] = (instrument, at) => {
    known(instrument);
    const eventTime = lastOpenMoment(instrument, at);
    const middle = Math.exp(world.levelAt(instrument, eventTime));
    const half = instrument.typicalSpread / 2;
    const tick = toNumber(instrument.tick);
    const bid = Math.max(tick, world.price(instrument, Math.log(Math.max(tick, middle - half))));
    const ask = Math.max(bid + tick, world.price(instrument, Math.log(middle + half)));
    const decimals = Math.max(0, Math.ceil(-Math.log10(tick)));
    return {
      symbol: instrument.symbol,
      bid,
      ask: Number(ask.toFixed(decimals)),
      eventTime,
      receiveTime: at,
      source: 'simulated',
      simulated: true,
    };
  };
  return {
    name: 'simulated',
    simulated: true,
    assetClasses,
    intervals,
    async bars({ instrument, interval, from, to, signal }) {
      signal?.throwIfAborted();
      return barsAt(instrument, interval, from, to, clock.now());
    },
    quote: async (instrument) => quoteAt(instrument, clock.now()),
    quoteAt,
    barsAt,
  };
}

/** One bar from its finished minutes, or undefined when the market was shut throughout. */
function layBar(world: World, instrument: Instrument, openTime: Timestamp, closeTime: Timestamp, now: Timestamp) {
  const { calendar } = instrument;
  const end = Math.min(closeTime, Math.floor(now / MINUTE) * MINUTE);
  // Coins trade in fractions, ticks and shares are counted.
  const parts = calendar === 'crypto' ? 1000 : 1;
  let open: number | undefined;
  let close = 0;
  let high = Number.NEGATIVE_INFINITY;
  let low = Number.POSITIVE_INFINITY;
  let volume = 0;
  let at = sessionCalendar.nextOpen(calendar, openTime);
  while (at < end) {
    const until = Math.min(end, sessionAt(calendar, at)!.close);
    let index = minuteIndex(calendar, at);
    const last = index + Math.round((until - at) / MINUTE);
    while (index < last) {
      const number = Math.floor(index / BLOCK);
      const block = world.block(instrument, number);
      const first = index - number * BLOCK;
      const stop = Math.min(BLOCK, first + last - index);
      open ??= block.level[first]!;
      for (let i = first; i < stop; i++) {
        if (block.high[i]! > high) high = block.high[i]!;
        if (block.low[i]! < low) low = block.low[i]!;
        volume += Math.round(block.volume[i]! * parts);
      }
      close = block.level[stop]!;
      index += stop - first;
    }
    at = sessionCalendar.nextOpen(calendar, until);
  }
  if (open === undefined) return undefined;
  const bar: Bar = {
    openTime,
    closeTime,
    open: world.price(instrument, open),
    high: world.price(instrument, high),
    low: world.price(instrument, low),
    close: world.price(instrument, close),
    volume: volume / parts,
    receiveTime: Math.min(closeTime, now),
  };
  return bar;
}

function lastOpenMoment({ calendar }: Instrument, at: Timestamp): Timestamp {
  if (sessionCalendar.isOpen(calendar, at)) return at;
  // Shut at most for the ten days of Tokyo's spring of 2019: find the last open minute by halving.
  let low = at - 14 * DAY;
  let high = at;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (sessionCalendar.openBetween(calendar, middle, at) > 0) low = middle;
    else high = middle;
  }
  return low;
}
