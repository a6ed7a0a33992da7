import type { Bar } from '../../../domain/bar.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Instrument, SessionKind } from '../../../domain/instrument.ts';
import { barOpen, DAY, type Interval, intervalMs, type Timestamp, toIso } from '../../../domain/time.ts';
import type { SessionCalendar } from '../../../ports/calendar.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Adjustment, History, MarketData, MarketDataProvider } from '../../../ports/market-data.ts';
import type { BarCoverage, BarStore } from '../../../ports/store.ts';
import { checkBars } from '../check-bars.ts';
import { compareSources, trustAfter } from '../checks/sources.ts';
import type { SimulatedMarket } from '../simulated/provider.ts';
import type { createActions } from './actions.ts';
import type { createFetcher } from './fetch.ts';
import { hasExtendedHours, shapeBars } from './shape.ts';
import { readStored, type StoredBars } from './stored.ts';
import type { createVendorDesk } from './vendors.ts';
import { isStale, windowStart } from './window.ts';

type HistoryRequest = Parameters<MarketData['history']>[0];

/** Everything about a question, with its defaults filled in. */
interface Question {
  instrument: Instrument;
  interval: Interval;
  limit: number;
  asOf: Timestamp;
  from: Timestamp | undefined;
  session: SessionKind;
  adjustment: Adjustment;
}

/** Fewer bars than this are told as short history. */
const FEW_BARS = 100;
const SIMULATED_KEPT = 64;
/** Bars of all hours for one of the exchange's own hours: sixteen hours against six and a half, and room. */
const EXTENDED_SHARE = 2.6;

export interface HistoryOptions {
  bars: BarStore;
  clock: Clock;
  sessions: SessionCalendar;
  simulated: SimulatedMarket | undefined;
  desk: ReturnType<typeof createVendorDesk>;
  actions: ReturnType<typeof createActions>;
  fetcher: ReturnType<typeof createFetcher>;
  chainOf: (instrument: Instrument) => MarketDataProvider[];
  /** Whether bars of a source come as they were traded, so that splits and dividends must be taken out. */
  isRaw: (source: string) => boolean;
}

/** Stored bars while they are whole and fresh, then vendors for what is missing, then the newest there are. */
export function createHistory(options: HistoryOptions) {
  const { bars: store, clock, sessions, simulated, desk, actions, fetcher, chainOf, isRaw } = options;
  const simulatedBars = new Map<string, Bar[]>();

  return async function read(instrument: Instrument, request: HistoryRequest, signal?: AbortSignal): Promise<History> {
    const { interval, limit, asOf = clock.now(), from } = request;
    const auction = hasExtendedHours(instrument) && intervalMs[interval] < DAY;
    const question: Question = {
      instrument,
      interval,
      // One bar alone cannot be judged fresh or sound: two are read, however few are asked for.
      limit: Math.max(2, limit),
      asOf,
      from,
      session: request.session ?? (auction ? 'regular' : 'all'),
      adjustment: request.adjustment ?? 'split',
    };
    const found = await answerOf(question, signal);
    return found.bars.length > limit ? { ...found, bars: found.bars.slice(-limit) } : found;
  };

  async function answerOf(question: Question, signal: AbortSignal | undefined): Promise<History> {
    const { instrument, interval, limit, asOf, from } = question;
    const notices: string[] = [];
    const chain = chainOf(instrument);
    // Without them prices are read as they were traded: that is said where it matters, in the answer's notices.
    notices.push(...(await actions.refresh(instrument, signal)));
    const coverage = await realCoverage(instrument);
    const stored = await readAll(question, coverage, chain);

    const start = Math.max(from ?? 0, windowStart(sessions, instrument, interval, limit, asOf));
    const offered = chain.filter((each) => desk.offered(each));
    const vendorOf = (source: string) => offered.find((each) => each.name === source);
    const wantedOf = ({ name }: MarketDataProvider) => {
      const held = stored.find((each) => each.source === name)?.bars ?? [];
      return { from: held.length >= limit ? Math.max(start, held[0]!.openTime) : start, to: asOf };
    };
    const fresh = ({ bars }: StoredBars) =>
      bars.length >= 2 && !isStale(sessions, instrument, interval, bars.at(-1)!.closeTime, asOf);
    // A vendor can be asked for what it lacks; a file cannot have more than it has.
    const whole = async ({ source, bars }: StoredBars) => {
      const vendor = vendorOf(source);
      if (vendor) return (await fetcher.lacking(instrument, interval, vendor, wantedOf(vendor))).length === 0;
      return (
        bars.length >= limit || (from !== undefined && (bars[0]?.openTime ?? asOf) <= start + intervalMs[interval])
      );
    };
    for (const each of stored) {
      if (fresh(each) && (await whole(each))) return answer(question, each, notices, { others: stored });
    }

    const vendor = await fetcher.fetchMissing({
      instrument,
      interval,
      vendors: offered,
      wantedOf,
      holds: (source) => stored.some((each) => each.source === source && fresh(each)),
      signal,
      notices,
    });
    const renewed = vendor && (await readSource(question, await realCoverage(instrument), vendor.name));
    if (renewed && fresh(renewed)) return answer(question, renewed, notices, { others: stored });

    const best = [...stored, ...(renewed ? [renewed] : [])]
      .filter(({ bars }) => bars.length >= 2)
      .sort((a, b) => b.bars.at(-1)!.closeTime - a.bars.at(-1)!.closeTime || b.bars.length - a.bars.length)[0];
    if (best) return answer(question, best, notices, { others: stored });
    const coarse = coverage.map((each) => each.interval).join(', ');
    if (coarse) notices.push(`The real bars of ${instrument.symbol} (${coarse}) cannot make ${interval}.`);
    return simulate(question, notices);
  }

  async function realCoverage({ symbol }: Instrument): Promise<BarCoverage[]> {
    return (await store.coverage(symbol)).filter((each) => !each.simulated);
  }

  /** What is stored of each real source, vendors of the chain first, then imports, newest first. */
  async function readAll(question: Question, coverage: BarCoverage[], chain: MarketDataProvider[]) {
    const rank = (source: string) => {
      const place = chain.findIndex((each) => each.name === source);
      return place < 0 ? chain.length : place;
    };
    const sources = [...new Set(coverage.map((each) => each.source))].sort((a, b) => rank(a) - rank(b));
    return Promise.all(sources.map((source) => readSource(question, coverage, source)));
  }

  async function readSource(question: Question, coverage: readonly BarCoverage[], source: string) {
    const { instrument, interval, limit, asOf, from, session, adjustment } = question;
    const known = isRaw(source) && adjustment !== 'raw' ? await actions.of(instrument, source, asOf) : [];
    const cut = session !== 'all' && hasExtendedHours(instrument);
    return readStored(store, coverage, source, {
      symbol: instrument.symbol,
      interval,
      limit,
      asOf,
      ...(from === undefined ? {} : { from }),
      ...(cut ? { share: EXTENDED_SHARE } : {}),
      shape: (bars, fine) =>
        shapeBars(bars, { instrument, fine, interval, session, adjustment, actions: known, asOf }, sessions),
    });
  }

  async function simulate(question: Question, notices: string[]): Promise<History> {
    const { instrument, interval, limit, asOf, from } = question;
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
    return answer(question, { source: simulated.name, bars }, notices, { isSimulated: true });
  }

  async function answer(
    { instrument, interval, limit, asOf, session, adjustment }: Question,
    { source, bars: found, madeFrom }: StoredBars,
    notices: string[],
    { others = [], isSimulated = false }: { others?: readonly StoredBars[]; isSimulated?: boolean } = {},
  ): Promise<History> {
    const bars = found.slice(-limit);
    const newest = bars.at(-1);
    if (bars.length < 2 || !newest) {
      throw new AppError(
        'not_enough_history',
        `Only ${bars.length} bar(s) of ${instrument.symbol} ${interval} are known.`,
      );
    }
    const quality = await qualityOf(bars, instrument, interval, source);
    const flags = new Set(quality.flags);
    const disputed = disputes({ source, bars }, others, instrument, interval);
    for (const each of disputed) {
      flags.add('sources-disagree');
      notices.push(each.notice);
    }
    const score = Number((quality.score * Math.min(1, ...disputed.map((each) => each.trust))).toFixed(4));
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
      quality: { ...quality, score, flags: [...flags].sort(), stale },
      notices,
      session,
      adjustment,
    };
  }

  /** Only bars that look wrong are worth asking whether a person accepted them. */
  async function qualityOf(bars: readonly Bar[], instrument: Instrument, interval: Interval, source: string) {
    const context = { instrument, interval, calendar: sessions };
    const checked = checkBars(bars, context);
    if (checked.defects.length === 0) return checked.quality;
    const overruled = await store.overruled(instrument.symbol, source);
    if (overruled.length === 0) return checked.quality;
    // A coarse bar holds what was accepted in a fine one.
    const times = new Set(overruled.map(({ openTime }) => barOpen(interval, openTime)));
    return checkBars(bars, { ...context, overruled: times }).quality;
  }
}

/** Other stored sources of the same bars that tell of other prices. */
function disputes(
  { source, bars }: StoredBars,
  others: readonly StoredBars[],
  { assetClass }: Instrument,
  interval: Interval,
): { trust: number; notice: string }[] {
  return others.flatMap((other) => {
    if (other.source === source || other.bars.length === 0) return [];
    const found = compareSources(bars, other.bars, { assetClass, interval });
    if (!found.disagree || !found.worst) return [];
    const { apart, shared, tolerance, worst } = found;
    const percent = (share: number) => `${Number((share * 100).toPrecision(2))} %`;
    const notice = `${source} and ${other.source} disagree: ${apart} of ${shared} bars close more than ${percent(tolerance)} apart, the farthest ${percent(worst.difference)} at ${toIso(worst.at)}.`;
    return [{ trust: trustAfter(found), notice }];
  });
}
