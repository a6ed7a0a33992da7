import { correlate } from '../analysis/correlation.ts';
import { LOOKBACK, type Snapshot, snapshot } from '../analysis/snapshot.ts';
import type { Account } from '../domain/account.ts';
import { asOfSeries, type BarSeries } from '../domain/bar.ts';
import { AppError } from '../domain/errors.ts';
import type { Instrument } from '../domain/instrument.ts';
import { correlationKey, type InstrumentMarket, type Market } from '../domain/market.ts';
import type { EconomicEvent, NewsItem } from '../domain/news.ts';
import type { Quality } from '../domain/quality.ts';
import type { Quote } from '../domain/quote.ts';
import { HOUR, type Interval, MINUTE, type Timestamp } from '../domain/time.ts';
import { type NewsTrend, newsTrend } from '../sentiment/trend.ts';
import { type BookReading, readBook } from './book.ts';
import { touchesInstrument } from './currencies.ts';
import { type EconomyReading, readEconomy } from './economy.ts';
import { meanTrueRange, rootMeanSquare } from './measures.ts';

export { evidenceOf } from './evidence-of.ts';

/** Evidence looks at most this many bars back; a longer history never changes a decision. */
export const WINDOW = LOOKBACK;

/**
 * All that one decision may see, as stores and vendors gave it. It may hold more than was known at `asOf`:
 * `situation` cuts bars, news, events and the quote to it.
 */
export interface DatedFacts {
  instrument: Instrument;
  interval: Interval;
  asOf: Timestamp;
  series: BarSeries;
  /** Series of the same interval of what the account holds or watches, for correlation. */
  others: Record<string, BarSeries>;
  source: string;
  simulated: boolean;
  quality: Quality;
  quote?: Quote;
  news: readonly NewsItem[];
  events: readonly EconomicEvent[];
  account: Account;
  /** Quote currency to the account's. */
  rate: number;
  sessionOpen: boolean;
  nextOpen?: Timestamp;
}

/** What was known of one instrument at `asOf`, from which every analyst's evidence is cut. */
export interface Situation {
  instrument: Instrument;
  interval: Interval;
  asOf: Timestamp;
  /** Close time of the newest complete bar. */
  lastClose: Timestamp;
  /** At most WINDOW bars, all complete at asOf. */
  series: BarSeries;
  snapshot: Snapshot;
  market: InstrumentMarket;
  /** Of interval returns, keyed as in Market, over the instrument and the others. */
  correlations: Record<string, number>;
  news: readonly NewsItem[];
  newsTrend: NewsTrend;
  /** Scheduled or released around asOf for the instrument's currencies; `actual` only where already released. */
  events: readonly EconomicEvent[];
  economy: EconomyReading;
  account: Account;
  book: BookReading;
  source: string;
  simulated: boolean;
  quality: Quality;
}

const ATR_BARS = 14;
const VOLATILITY_BARS = 120;
/** Trading stops this long before a high-impact release and resumes this long after. */
const BLACKOUT_BEFORE = HOUR;
const BLACKOUT_AFTER = 30 * MINUTE;

/** Cuts the facts to asOf and reads what every analyst and the risk rules share. Pure. Throws `not_enough_history`. */
export function situation(facts: DatedFacts): Situation {
  const { instrument, interval, asOf } = facts;
  const series = asOfSeries(facts.series, asOf, WINDOW);
  if (series.length < 2) {
    throw new AppError(
      'not_enough_history',
      `${instrument.symbol} has ${series.length} complete ${interval} bars at that time; at least 2 are needed.`,
    );
  }
  const events = facts.events
    .filter((event) => event.announcedTime <= asOf && touchesInstrument(event, instrument))
    .map((event) => (event.eventTime > asOf ? { ...event, actual: undefined } : event));
  const news = facts.news.filter((item) => item.eventTime <= asOf);
  const others = otherSeries(facts);
  const seen = snapshot({ symbol: instrument.symbol, interval, series, others }, asOf);
  const correlations = correlationsOf(instrument.symbol, others, seen);
  const market = marketNow(facts, series, seen, events);
  const mark = (symbol: string) =>
    symbol === instrument.symbol ? (market.bid + market.ask) / 2 : others[symbol]?.close.at(-1);
  return {
    instrument,
    interval,
    asOf,
    lastClose: series.closeTime[series.length - 1]!,
    series,
    snapshot: seen,
    market,
    correlations,
    news,
    newsTrend: newsTrend(news, instrument, asOf),
    events,
    economy: readEconomy(events, instrument, asOf),
    account: facts.account,
    book: readBook(facts.account, instrument.symbol, correlations, mark),
    source: facts.source,
    simulated: facts.simulated,
    quality: facts.quality,
  };
}

/** The other symbols in one order, cut to asOf, without the instrument itself. */
function otherSeries({ others, asOf, instrument }: DatedFacts): Record<string, BarSeries> {
  const symbols = Object.keys(others).filter((symbol) => symbol !== instrument.symbol);
  return Object.fromEntries(symbols.sort().map((symbol) => [symbol, asOfSeries(others[symbol]!, asOf, WINDOW)]));
}

function correlationsOf(symbol: string, others: Record<string, BarSeries>, seen: Snapshot): Record<string, number> {
  const result: Record<string, number> = {};
  const put = (a: string, b: string, value: number | null | undefined) => {
    if (value !== null && value !== undefined) result[correlationKey(a, b)] = value;
  };
  const symbols = Object.keys(others);
  for (const [i, other] of symbols.entries()) {
    put(symbol, other, seen.correlations[other]);
    for (const third of symbols.slice(i + 1)) put(other, third, correlate(others[other]!, others[third]!).value);
  }
  return result;
}

function marketNow(
  facts: DatedFacts,
  series: BarSeries,
  seen: Snapshot,
  events: readonly EconomicEvent[],
): InstrumentMarket {
  const { instrument, asOf } = facts;
  const close = series.close[series.length - 1]!;
  const half = instrument.typicalSpread / 2;
  const quote = facts.quote && facts.quote.eventTime <= asOf ? facts.quote : undefined;
  const blackout = events.find(
    (event) =>
      event.impact === 'high' && event.eventTime - BLACKOUT_BEFORE <= asOf && asOf <= event.eventTime + BLACKOUT_AFTER,
  );
  return {
    instrument,
    bid: quote?.bid ?? close - half,
    ask: quote?.ask ?? close + half,
    quoteTime: quote?.eventTime ?? series.closeTime[series.length - 1]!,
    source: quote?.source ?? `${facts.source} (last close and the usual spread)`,
    simulated: facts.simulated || quote?.simulated === true,
    quality: facts.quality,
    // Too young for the smoothed measures, plain means of what there is must do.
    atr: seen.indicators.atr14.atr ?? meanTrueRange(series, ATR_BARS),
    dailyVolatility: seen.volatility?.daily ?? rootMeanSquare(series.close, VOLATILITY_BARS),
    averageVolume: seen.averageVolume,
    sessionOpen: facts.sessionOpen,
    ...(facts.nextOpen === undefined ? {} : { nextOpen: facts.nextOpen }),
    blackout: blackout ? { name: `${blackout.currency} ${blackout.name}`, eventTime: blackout.eventTime } : null,
    rate: facts.rate,
    regime: seen.regime?.name ?? 'unknown',
  };
}

/** One market from the situations of everything that a decision touches. The newest asOf counts. */
export function marketOf(situations: readonly Situation[], currency: string): Market {
  const instruments: Record<string, InstrumentMarket> = {};
  const correlations: Record<string, number> = {};
  for (const each of situations) {
    instruments[each.instrument.symbol] = each.market;
    Object.assign(correlations, each.correlations);
  }
  return { asOf: Math.max(...situations.map((each) => each.asOf)), currency, instruments, correlations };
}
