import type { Instrument, Resolution } from '../../../domain/instrument.ts';
import { createRegistry, type InstrumentRegistry } from '../../../domain/instrument-registry.ts';
import { HOUR, type Timestamp } from '../../../domain/time.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Listings, MarketData, MarketDataProvider } from '../../../ports/market-data.ts';
import type { InstrumentStore } from '../../../ports/store.ts';
import type { createFlights } from './flights.ts';
import type { createVendorDesk } from './vendors.ts';

const SUGGESTIONS = 5;
/** What no vendor lists is not asked for again so soon: a mistyped name must not use up the calls of the day. */
const MISSED_FOR = HOUR;
const MOST_MISSES = 500;
/** What a code at a vendor may look like; names of companies are for people to look up. */
const codeLike = /^[A-Z0-9][A-Z0-9.:/_^=-]{0,23}$/;

/** Finds what the registry does not know yet: what another process of this desk added, then vendors' listings. */
export function createFinder(options: {
  registry: InstrumentRegistry;
  store: InstrumentStore | undefined;
  clock: Clock;
  desk: ReturnType<typeof createVendorDesk>;
  vendors: readonly MarketDataProvider[];
  share: ReturnType<typeof createFlights>;
}): MarketData['find'] {
  const { registry, store, clock, desk, share } = options;
  const listing = options.vendors.filter((vendor) => vendor.listings !== undefined);
  const misses = new Map<string, { until: Timestamp; answer: Resolution }>();

  /** By exactly its symbol or code; what is known already has its own terms. */
  const fitting = (name: string, { instruments }: Listings): Instrument | undefined =>
    createRegistry(instruments.filter(({ symbol }) => !registry.of(symbol))).exact(name);

  async function lookUp(name: string, signal: AbortSignal): Promise<Resolution> {
    for (const each of (await store?.list()) ?? []) registry.add(each);
    const known = registry.resolve(name);
    if (known.outcome !== 'unknown' || !codeLike.test(name) || !listing.some(desk.offered)) return known;
    const missed = misses.get(name);
    if (missed && clock.now() < missed.until) return missed.answer;

    const near: string[] = [];
    let reason: string | undefined;
    // A vendor that rests is passed over without a word, and may know it.
    const silent = new Set(listing.filter(desk.offered).map(({ name: vendor }) => vendor));
    const listed = await desk.ask<Listings>({
      instrument: { symbol: name },
      purpose: 'listing',
      vendors: listing,
      signal,
      notices: [],
      call: (vendor, bounded) => vendor.listings!(name, bounded),
      accept(answer, vendor) {
        silent.delete(vendor.name);
        near.push(...answer.instruments.map(({ symbol }) => symbol));
        reason ??= answer.reason;
        return fitting(name, answer) !== undefined;
      },
    });
    const instrument = listed && fitting(name, listed.answer);
    if (instrument) {
      // First for good, then for now: what is traded must be known after a restart.
      await store?.save(instrument, listed.vendor.name);
      registry.add(instrument);
      return { outcome: 'found', instrument };
    }
    const suggestions = [...new Set([...near, ...known.suggestions])].slice(0, SUGGESTIONS);
    if (reason === undefined && silent.size > 0) {
      reason = `Conclave does not know "${name}", and ${[...silent].join(', ')} did not answer whether there is such a thing.`;
    }
    const answer: Resolution = { outcome: 'unknown', suggestions, ...(reason === undefined ? {} : { reason }) };
    if (silent.size > 0) return answer;
    misses.delete(name);
    misses.set(name, { until: clock.now() + MISSED_FOR, answer });
    if (misses.size > MOST_MISSES) misses.delete(misses.keys().next().value!);
    return answer;
  }

  return async function find(spelling, signal) {
    const known = registry.resolve(spelling);
    if (known.outcome !== 'unknown') return known;
    const name = spelling.trim().toUpperCase();
    return share(`find|${name}`, signal, (bounded) => lookUp(name, bounded));
  };
}
