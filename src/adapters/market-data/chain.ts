import type { Bar } from '../../domain/bar.ts';
import { AppError } from '../../domain/errors.ts';
import type { AssetClass, Instrument } from '../../domain/instrument.ts';
import { instruments, requireInstrument, resolveInstrument } from '../../domain/instruments.ts';
import { barOpen, DAY, type Interval, intervalMs, SECOND, type Timestamp, toIso } from '../../domain/time.ts';
import type { SessionCalendar } from '../../ports/calendar.ts';
import type { Clock } from '../../ports/clock.ts';
import type { History, MarketData, MarketDataProvider } from '../../ports/market-data.ts';
import type { BarCoverage, BarStore, QuoteStore } from '../../ports/store.ts';
import { createQuotes } from './chain/quotes.ts';
import { coarser, readStored, type StoredBars } from './chain/stored.ts';
import { createVendorDesk } from './chain/vendors.ts';
import { fineLimit, isCurrent, isStale, sourceIntervals, windowStart } from './chain/window.ts';
import { checkBars } from './check-bars.ts';
import { defaultChains } from './index.ts';
import type { SimulatedMarket } from './simulated/provider.ts';

export interface MarketDataOptions {
  /** Vendors in any order and, with `simulated: true`, the market behind them. */
  providers: readonly MarketDataProvider[];
  bars: BarStore;
  quotes: QuoteStore;
  clock: Clock;
  sessions: SessionCalendar;
  /** Who is asked first, per asset class; defaults where absent. */
  config?: { chains?: Partial<Record<AssetClass, string[]>> };
  /** No vendor is called. */
  offline?: boolean;
}

type HistoryRequest = Parameters<MarketData['history']>[0];

/** Fewer bars than this are told as short history. */
const FEW_BARS = 100;
const SIMULATED_KEPT = 64;
const ASK_AGAIN = 15 * SECOND;

/**
 * The chain: stored bars while they are fresh, then vendors in order, then the newest real bars there are (marked
 * stale), then the simulated market. Each answer comes from one source and names it; real bars always win.
 */
export function createMarketData(options: MarketDataOptions): MarketData {
  const { bars: store, clock, sessions, config, offline = false } = options;
  const vendors = options.providers.filter((each) => !each.simulated);
  for (const name of Object.values(config?.chains ?? {}).flat()) {
    if (vendors.some((each) => each.name === name)) continue;
    const known = vendors.map((each) => each.name).join(', ');
    throw new AppError('bad_config', `chains names "${name}", which is no vendor; there are ${known}.`);
  }
  const simulated = options.providers.find((each): each is SimulatedMarket => each.simulated && 'quoteAt' in each);
  const desk = createVendorDesk({ clock, vendors: options.providers, offline });
  const flights = new Map<string, Promise<unknown>>();
  /** How far back each `symbol|interval|vendor` was asked: what it did not give then it does not have. */
  const askedFrom = new Map<string, Timestamp>();
  /** When each was asked last: a vendor whose newest bar is late is not asked for it at every glance. */
  const askedAt = new Map<string, Timestamp>();
  const simulatedBars = new Map<string, Bar[]>();

  function chainOf({ assetClass }: Instrument): MarketDataProvider[] {
    const names = config?.chains?.[assetClass] ?? defaultChains[assetClass];
    return names.flatMap((name) =>
      vendors.filter((each) => each.name === name && each.assetClasses.includes(assetClass)),
    );
  }

  /** One flight per identical question. A caller with a signal flies alone: its leaving must not stop the others. */
  function shared<T>(key: string, signal: AbortSignal | undefined, load: () => Promise<T>): Promise<T> {
    if (signal) return load();
    const flying = flights.get(key) as Promise<T> | undefined;
    if (flying) return flying;
    const flight = load().finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  }

  async function history(request: HistoryRequest): Promise<History> {
    const instrument = requireInstrument(request.symbol);
    const { interval, limit, asOf, from, signal } = request;
    const key = `history|${instrument.symbol}|${interval}|${limit}|${asOf ?? ''}|${from ?? ''}`;
    // One bar alone cannot be judged fresh or sound: two are read, however few are asked for.
    const read = () => readHistory(instrument, { ...request, limit: Math.max(2, limit) });
    const found = await shared(key, signal, read);
    return found.bars.length > limit ? { ...found, bars: found.bars.slice(-limit) } : found;
  }

  async function readHistory(
    instrument: Instrument,
    { interval, limit, asOf = clock.now(), from, signal }: HistoryRequest,
  ) {
    const { symbol } = instrument;
    const notices: string[] = [];
    const query = { symbol, interval, limit, asOf, ...(from === undefined ? {} : { from }) };
    const chain = chainOf(instrument);
    const coverage = (await store.coverage(symbol)).filter((each) => !each.simulated);
    const stored = await readAll(coverage, query, chain);

    const start = Math.max(from ?? 0, windowStart(sessions, instrument, interval, limit, asOf));
    const askable = (source: string) => chain.some((each) => each.name === source && desk.offered(each));
    const whole = ({ source, bars }: StoredBars) =>
      bars.length >= limit ||
      (from !== undefined && (bars[0]?.openTime ?? asOf) <= start + intervalMs[interval]) ||
      (askable(source) && (askedFrom.get(`${symbol}|${interval}|${source}`) ?? asOf) <= start);
    const fresh = (each: StoredBars) =>
      each.bars.length >= 2 && !isStale(sessions, instrument, interval, each.bars.at(-1)!.closeTime, asOf);

    // A vendor's stored bars of the running market must hold the newest one; a file cannot have more than it has.
    const running = asOf > clock.now() - DAY;
    const current = (each: StoredBars) => isCurrent(sessions, instrument, interval, each.bars.at(-1)!.closeTime, asOf);
    const justAsked = ({ source }: StoredBars) =>
      clock.now() - (askedAt.get(`${symbol}|${interval}|${source}`) ?? 0) < ASK_AGAIN;
    const upToDate = (each: StoredBars) => !running || !askable(each.source) || current(each) || justAsked(each);
    const ready = stored.find((each) => fresh(each) && whole(each) && upToDate(each));
    if (ready) return answer(instrument, interval, limit, asOf, ready, notices);
    const fetched = await fetchHistory(instrument, query, start, stored, chain, notices, signal);
    if (fetched && fresh(fetched)) return answer(instrument, interval, limit, asOf, fetched, notices);

    const best = [...stored, ...(fetched ? [fetched] : [])]
      .filter((each) => each.bars.length >= 2)
      .sort((a, b) => b.bars.at(-1)!.closeTime - a.bars.at(-1)!.closeTime || b.bars.length - a.bars.length)[0];
    if (best) return answer(instrument, interval, limit, asOf, best, notices);
    const coarse = coverage.map((each) => each.interval).join(', ');
    if (coarse) notices.push(`The real bars of ${symbol} (${coarse}) cannot make ${interval}.`);
    return simulate(instrument, query, notices);
  }

  /** What is stored of each real source, vendors of the chain first, then imports, newest first. */
  async function readAll(
    coverage: BarCoverage[],
    query: Parameters<typeof readStored>[3],
    chain: MarketDataProvider[],
  ) {
    const rank = (source: string) => {
      const place = chain.findIndex((each) => each.name === source);
      return place < 0 ? chain.length : place;
    };
    const sources = [...new Set(coverage.map((each) => each.source))].sort((a, b) => rank(a) - rank(b));
    const read = await Promise.all(sources.map((source) => readStored(store, coverage, source, query)));
    return read.filter((each) => each.bars.length > 0);
  }

  async function fetchHistory(
    instrument: Instrument,
    query: Parameters<typeof readStored>[3],
    start: Timestamp,
    stored: readonly StoredBars[],
    chain: readonly MarketDataProvider[],
    notices: string[],
    signal: AbortSignal | undefined,
  ): Promise<StoredBars | undefined> {
    const { symbol, interval, limit, asOf } = query;
    const rangeOf = (vendor: MarketDataProvider) => {
      const fine = sourceIntervals(interval).find((each) => vendor.intervals.includes(each));
      if (!fine) return undefined;
      const key = `${symbol}|${interval}|${vendor.name}`;
      const held = stored.find((each) => each.source === vendor.name)?.bars ?? [];
      // What was asked before need not be asked again: only what came since, with a bar to overlap.
      const again = (askedFrom.get(key) ?? asOf) <= start && held.length > 0;
      const from = again ? held.at(-1)!.openTime : start;
      return { fine, from, key, again };
    };
    const due = (vendor: MarketDataProvider) => {
      const range = rangeOf(vendor);
      if (!range) return false;
      return !range.again || clock.now() - (askedAt.get(range.key) ?? 0) >= ASK_AGAIN;
    };
    const found = await desk.ask<Bar[]>({
      instrument,
      vendors: chain.filter(due),
      signal,
      notices,
      async call(vendor, bounded) {
        const { fine, from, key } = rangeOf(vendor)!;
        askedAt.set(key, clock.now());
        const fetched = await vendor.bars({ instrument, interval: fine, from, to: asOf, signal: bounded });
        const complete = fetched.filter((bar) => bar.closeTime <= clock.now());
        const checked = checkBars(complete, { instrument, interval: fine, calendar: sessions });
        if (checked.accepted.length > 0) {
          await store.write({ symbol, interval: fine, source: vendor.name, simulated: false, bars: checked.accepted });
        }
        if (checked.defects.length > 0) await store.quarantine(symbol, fine, vendor.name, checked.defects);
        return checked.accepted;
      },
      accept: (bars, vendor) =>
        bars.length > 0 || stored.some((each) => each.source === vendor.name && each.bars.length > 1),
    });
    if (!found) return undefined;
    const { fine, from, key } = rangeOf(found.vendor)!;
    askedFrom.set(key, Math.min(from, start, askedFrom.get(key) ?? asOf));
    const needed = {
      symbol,
      source: found.vendor.name,
      asOf,
      ...(query.from === undefined ? {} : { from: query.from }),
    };
    const bars = await store.read({ ...needed, interval: fine, limit: fineLimit(fine, interval, limit) });
    if (fine === interval) return { source: found.vendor.name, bars };
    return { source: found.vendor.name, bars: coarser(symbol, interval, bars).slice(-limit), madeFrom: fine };
  }

  function simulate(
    instrument: Instrument,
    { interval, limit, asOf, from }: Parameters<typeof readStored>[3],
    notices: string[],
  ) {
    const { symbol } = instrument;
    if (!simulated) {
      throw new AppError('not_enough_history', `There are no bars of ${symbol} ${interval} at ${toIso(asOf)}.`);
    }
    // Complete bars change only when one is finished, so the same world need not be laid twice.
    const key = `${symbol}|${interval}|${limit}|${from ?? ''}|${barOpen(interval, asOf)}`;
    const known = simulatedBars.get(key);
    const start = Math.max(from ?? 0, windowStart(sessions, instrument, interval, limit, asOf));
    const bars =
      known ??
      simulated
        .barsAt(instrument, interval, start, asOf, asOf)
        .filter((bar) => bar.closeTime <= asOf)
        .slice(-limit);
    simulatedBars.delete(key);
    simulatedBars.set(key, bars);
    if (simulatedBars.size > SIMULATED_KEPT) simulatedBars.delete(simulatedBars.keys().next().value!);
    notices.push(`SIMULATED: no real bars of ${symbol} were to be had; these are made up.`);
    return answer(instrument, interval, limit, asOf, { source: simulated.name, bars }, notices, true);
  }

  function answer(
    instrument: Instrument,
    interval: Interval,
    limit: number,
    asOf: Timestamp,
    { source, bars: found, madeFrom }: StoredBars,
    notices: string[],
    isSimulated = false,
  ): History {
    const bars = found.slice(-limit);
    const newest = bars.at(-1);
    if (bars.length < 2 || !newest) {
      throw new AppError(
        'not_enough_history',
        `Only ${bars.length} bar(s) of ${instrument.symbol} ${interval} are known.`,
      );
    }
    const { quality } = checkBars(bars, { instrument, interval, calendar: sessions });
    const flags = new Set(quality.flags);
    const stale = isStale(sessions, instrument, interval, newest.closeTime, asOf);
    if (stale) {
      flags.add('stale');
      notices.push(`The newest bar closed at ${toIso(newest.closeTime)}; nothing newer was to be had from ${source}.`);
    }
    if (isSimulated) flags.add('simulated');
    if (bars.length < Math.min(limit, FEW_BARS)) flags.add('short-history');
    if (madeFrom) notices.push(`${interval} bars were made from ${madeFrom} bars.`);
    return {
      symbol: instrument.symbol,
      interval,
      bars,
      source,
      simulated: isSimulated,
      asOf: newest.closeTime,
      quality: { ...quality, flags: [...flags].sort(), stale },
      notices,
    };
  }

  return {
    history,
    quote: createQuotes({ ...options, simulated, desk, chainOf, shared }),
    resolve: requireInstrument,
    find: async (spelling) => resolveInstrument(spelling),
    instruments: () => instruments,
    vendors: desk.status,
  };
}
