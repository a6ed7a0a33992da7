import { AppError } from '../../../domain/errors.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import { midPrice, type Quote } from '../../../domain/quote.ts';
import { intervalMs, MINUTE, SECOND, type Timestamp, toIso } from '../../../domain/time.ts';
import type { SessionCalendar } from '../../../ports/calendar.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { MarketData, MarketDataProvider } from '../../../ports/market-data.ts';
import type { BarCoverage, BarStore, QuoteStore } from '../../../ports/store.ts';
import { checkQuote, type KnownPrice } from '../checks/quotes.ts';
import type { SimulatedMarket } from '../simulated/provider.ts';
import { quoteAround } from '../vendor.ts';
import type { createVendorDesk } from './vendors.ts';

/** A live quote is asked for again after this. */
const QUOTE_AGE = 1.5 * SECOND;

/** Quotes: a vendor's, else the last stored, else around the newest real bar, else simulated; each says which. */
export function createQuotes(options: {
  bars: BarStore;
  quotes: QuoteStore;
  clock: Clock;
  sessions: SessionCalendar;
  simulated: SimulatedMarket | undefined;
  desk: ReturnType<typeof createVendorDesk>;
  chainOf: (instrument: Instrument) => MarketDataProvider[];
  /** The instrument of a spelling, or an error that says what it could be. */
  named: (spelling: string) => Instrument;
  share: <T>(key: string, signal: undefined, load: () => Promise<T>) => Promise<T>;
}): MarketData['quote'] {
  const { bars: store, quotes, clock, sessions, simulated, desk, chainOf, share, named } = options;
  const liveQuotes = new Map<string, { at: Timestamp; quote: Quote }>();
  /** Quotes that were too far off to be believed at once. */
  const suspects = new Map<string, KnownPrice>();

  async function quote(spelling: string, asOf?: Timestamp): Promise<Quote> {
    const instrument = named(spelling);
    const now = clock.now();
    // A moment ago is now; further back, only what was known then may speak.
    if (asOf !== undefined && asOf < now - MINUTE) return quoteOfBars(instrument, asOf);
    const kept = liveQuotes.get(instrument.symbol);
    if (kept && now - kept.at < QUOTE_AGE) return kept.quote;
    return share(`quote|${instrument.symbol}`, undefined, async () => {
      const live = (await liveQuote(instrument)) ?? (await quoteOfBars(instrument, clock.now()));
      liveQuotes.set(instrument.symbol, { at: clock.now(), quote: live });
      return live;
    });
  }

  async function liveQuote(instrument: Instrument): Promise<Quote | undefined> {
    const { symbol } = instrument;
    const last = await lastLive(symbol);
    let late: Quote | undefined;
    const found = await desk.ask<Quote>({
      instrument,
      purpose: 'quote',
      vendors: chainOf(instrument).filter((vendor) => vendor.quote !== undefined),
      notices: [],
      call: (vendor, bounded) => vendor.quote!(instrument, bounded),
      accept(answer) {
        const context = { instrument, now: clock.now(), calendar: sessions, last, suspect: suspects.get(symbol) };
        const fault = checkQuote(answer, context);
        if (fault?.flag === 'spike') suspects.set(symbol, priceOf(answer));
        if (fault?.flag === 'stale') late ??= answer;
        return fault === undefined;
      },
    });
    if (found) suspects.delete(symbol);
    // Nobody has a fresher one: an old quote that says how old it is beats none.
    const quote = found?.answer ?? late;
    if (quote) await quotes.write(quote);
    return quote;
  }

  async function lastLive(symbol: string): Promise<KnownPrice | undefined> {
    const kept = liveQuotes.get(symbol)?.quote ?? (await quotes.latest(symbol, clock.now()));
    return kept && !kept.simulated ? priceOf(kept) : undefined;
  }

  /** The last known quote at a moment: stored, or around the newest bar's close, or simulated. */
  async function quoteOfBars(instrument: Instrument, asOf: Timestamp): Promise<Quote> {
    const { symbol } = instrument;
    const [stored, coverage] = await Promise.all([quotes.latest(symbol, asOf), store.coverage(symbol)]);
    const newest = await newestBar(
      symbol,
      asOf,
      coverage.filter((each) => !each.simulated),
    );
    const trusted = stored && !stored.simulated ? stored : undefined;
    if (trusted && trusted.eventTime >= (newest?.bar.closeTime ?? 0)) return trusted;
    if (newest) return quoteAround(instrument, newest.bar.close, newest.bar.closeTime, asOf, newest.source);
    if (simulated) return simulated.quoteAt(instrument, asOf);
    throw new AppError('unavailable', `There is no quote of ${symbol} at ${toIso(asOf)}.`);
  }

  async function newestBar(symbol: string, asOf: Timestamp, coverage: readonly BarCoverage[]) {
    const last = await Promise.all(
      coverage.map(async ({ source, interval }) => {
        const [bar] = await store.read({ symbol, interval, source, asOf, limit: 1 });
        return bar ? [{ source, bar, length: intervalMs[interval] }] : [];
      }),
    );
    // Of two that end together, the finer one is the fresher look.
    return last.flat().sort((a, b) => b.bar.closeTime - a.bar.closeTime || a.length - b.length)[0];
  }

  return quote;
}

const priceOf = (quote: Quote): KnownPrice => ({
  price: midPrice(quote),
  eventTime: quote.eventTime,
  source: quote.source,
});
