import type { Bar } from '../../../domain/bar.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import { barOpen, DAY, type Interval, intervalMs, SECOND, type Timestamp } from '../../../domain/time.ts';
import type { SessionCalendar } from '../../../ports/calendar.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { MarketDataProvider } from '../../../ports/market-data.ts';
import type { BarStore, FetchedRangeStore } from '../../../ports/store.ts';
import { checkBars } from '../check-bars.ts';
import type { createActions } from './actions.ts';
import { missingIn, type Range } from './ranges.ts';
import type { createVendorDesk } from './vendors.ts';
import { openPerBar, sourceIntervals } from './window.ts';

/** A vendor whose newest bar is late is not asked for it at every glance. */
const ASK_AGAIN = 15 * SECOND;
/** So near to now a vendor may still add bars: only what it gave counts as fetched. */
const SETTLED = DAY;
/** More holes than this are fetched as one stretch. */
const MOST_PIECES = 6;
/** Bars before a piece that its first ones are checked against. */
const NEIGHBOURS = 12;

/** History is fetched once: what a vendor gave in full is remembered, and only gaps are asked for. */
export function createFetcher(options: {
  bars: BarStore;
  fetched: FetchedRangeStore;
  clock: Clock;
  sessions: SessionCalendar;
  desk: ReturnType<typeof createVendorDesk>;
  actions: ReturnType<typeof createActions>;
}) {
  const { bars: store, fetched, clock, sessions, desk, actions } = options;
  /** When each `symbol|interval|vendor` was asked last. */
  const askedAt = new Map<string, Timestamp>();

  /** The interval that a vendor is asked in: the wanted one, or the coarsest that makes it. */
  const askedInterval = (vendor: MarketDataProvider, interval: Interval) =>
    sourceIntervals(interval).find((each) => vendor.intervals.includes(each));

  /** What of [from, to) was not fetched from a vendor yet, without stretches in which nobody trades. */
  async function lacking(instrument: Instrument, interval: Interval, vendor: MarketDataProvider, wanted: Range) {
    const fine = askedInterval(vendor, interval);
    if (!fine) return [];
    const { symbol, calendar } = instrument;
    const key = { symbol, interval: fine, source: vendor.name };
    const from = barOpen(fine, wanted.from);
    const end = Math.min(wanted.to, clock.now());
    const justAsked = clock.now() - (askedAt.get(`${symbol}|${fine}|${vendor.name}`) ?? 0) < ASK_AGAIN;
    return missingIn({ from, to: end }, await fetched.list(key)).filter((piece) => {
      const open = sessions.openBetween(calendar, piece.from, piece.to);
      if (piece.to < end || piece.from === from) return open > 0;
      // The newest stretch: shorter than a bar it cannot hold a complete one.
      return !justAsked && open >= openPerBar(instrument, interval);
    });
  }

  /** Asks the vendors that lack something, in order, until one has bars. Undefined when none had any. */
  async function fetchMissing(request: {
    instrument: Instrument;
    interval: Interval;
    vendors: readonly MarketDataProvider[];
    wantedOf: (vendor: MarketDataProvider) => Range;
    /** Whether the store holds fresh bars of a source: then a vendor without newer ones has answered. */
    holds: (source: string) => boolean;
    signal: AbortSignal | undefined;
    notices: string[];
  }): Promise<MarketDataProvider | undefined> {
    const { instrument, interval, vendors, wantedOf, holds, signal, notices } = request;
    const pieces = new Map<MarketDataProvider, Range[]>();
    for (const vendor of vendors) {
      const missing = await lacking(instrument, interval, vendor, wantedOf(vendor));
      if (missing.length > 0) pieces.set(vendor, missing);
    }
    const found = await desk.ask<number>({
      instrument,
      vendors: [...pieces.keys()],
      signal,
      notices,
      async call(vendor, bounded) {
        const fine = askedInterval(vendor, interval)!;
        askedAt.set(`${instrument.symbol}|${fine}|${vendor.name}`, clock.now());
        const missing = pieces.get(vendor)!;
        const whole = { from: missing[0]!.from, to: missing.at(-1)!.to };
        let count = 0;
        for (const piece of missing.length > MOST_PIECES ? [whole] : missing) {
          count += await fetchPiece(instrument, fine, vendor, piece, bounded);
        }
        return count;
      },
      accept: (count, vendor) => count > 0 || holds(vendor.name),
    });
    return found?.vendor;
  }

  async function fetchPiece(
    instrument: Instrument,
    interval: Interval,
    vendor: MarketDataProvider,
    { from, to }: Range,
    signal: AbortSignal,
  ): Promise<number> {
    const { symbol } = instrument;
    const source = vendor.name;
    const answer = await vendor.bars({ instrument, interval, from, to, signal });
    const now = clock.now();
    const complete = answer.filter((bar) => bar.closeTime <= now && bar.openTime >= from && bar.openTime < to);
    const accepted = await checkAndStore(instrument, interval, vendor, complete);
    const settled = to <= now - Math.max(SETTLED, 3 * intervalMs[interval]);
    const reached = settled ? to : (complete.at(-1)?.closeTime ?? from);
    if (reached > from) await fetched.add({ symbol, interval, source, from, to: Math.min(reached, to) });
    return accepted;
  }

  async function checkAndStore(
    instrument: Instrument,
    interval: Interval,
    { name: source }: MarketDataProvider,
    bars: readonly Bar[],
  ): Promise<number> {
    const first = bars[0];
    if (!first) return 0;
    const { symbol } = instrument;
    const before = await store.read({ symbol, interval, source, asOf: first.openTime, limit: NEIGHBOURS });
    const known = await actions.of(instrument, source, clock.now());
    const context = { instrument, interval, calendar: sessions, actions: known };
    let checked = checkBars([...before, ...bars], context);
    if (checked.defects.length > 0) {
      const overruled = await store.overruled(symbol, source);
      const times = new Set(overruled.filter((each) => each.interval === interval).map((each) => each.openTime));
      if (times.size > 0) checked = checkBars([...before, ...bars], { ...context, overruled: times });
    }
    const fresh = checked.accepted.filter((bar) => bar.openTime >= first.openTime);
    const defects = checked.defects.filter((each) => Date.parse(each.at) >= first.openTime);
    if (fresh.length > 0) await store.write({ symbol, interval, source, simulated: false, bars: fresh });
    if (defects.length > 0) await store.quarantine(symbol, interval, source, defects);
    return fresh.length;
  }

  return { lacking, fetchMissing, askedInterval };
}
