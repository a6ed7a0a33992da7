import type { Account } from '../domain/account.ts';
import { asOfSeries, type BarSeries } from '../domain/bar.ts';
import { AppError } from '../domain/errors.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { InstrumentMarket, Market } from '../domain/market.ts';
import type { EconomicEvent, NewsItem } from '../domain/news.ts';
import type { Quality } from '../domain/quality.ts';
import type { Quote } from '../domain/quote.ts';
import { HOUR, type Interval, MINUTE, type Timestamp } from '../domain/time.ts';
import { correlationsOf } from './correlations.ts';
import { touchesInstrument } from './currencies.ts';
import { barsPerDay, logReturns, meanTrueRange, rootMeanSquare, WINDOW } from './window.ts';

export { evidenceOf } from './evidence-of.ts';

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
  /** Log returns of `series`. */
  returns: Float64Array;
  market: InstrumentMarket;
  /** Of interval returns, keyed as in Market, over the instrument and the others. */
  correlations: Record<string, number>;
  news: readonly NewsItem[];
  /** Scheduled or released around asOf for the instrument's currencies; `actual` only where already released. */
  events: readonly EconomicEvent[];
  account: Account;
  source: string;
  simulated: boolean;
  quality: Quality;
}

const ATR_BARS = 14;
const VOLATILITY_BARS = 120;
const VOLUME_BARS = 50;
/** Trading stops this long before a high-impact release and resumes this long after. */
const BLACKOUT_BEFORE = HOUR;
const BLACKOUT_AFTER = 30 * MINUTE;

/** Cuts the facts to asOf and measures what every analyst and the risk rules share. Pure. Throws `not_enough_history`. */
export function situation(facts: DatedFacts): Situation {
  const { instrument, interval, asOf } = facts;
  const series = asOfSeries(facts.series, asOf, WINDOW);
  if (series.length < 2) {
    throw new AppError(
      'not_enough_history',
      `${instrument.symbol} has ${series.length} complete ${interval} bars at that time; at least 2 are needed.`,
    );
  }
  const returns = logReturns(series.close);
  const events = facts.events
    .filter((event) => event.announcedTime <= asOf && touchesInstrument(event, instrument))
    .map((event) => (event.eventTime > asOf ? { ...event, actual: undefined } : event));
  return {
    instrument,
    interval,
    asOf,
    lastClose: series.closeTime[series.length - 1]!,
    series,
    returns,
    market: marketNow(facts, series, returns, events),
    correlations: correlationsOf(series, facts.others, asOf),
    news: facts.news.filter((item) => item.eventTime <= asOf),
    events,
    account: facts.account,
    source: facts.source,
    simulated: facts.simulated,
    quality: facts.quality,
  };
}

function marketNow(
  facts: DatedFacts,
  series: BarSeries,
  returns: Float64Array,
  events: readonly EconomicEvent[],
): InstrumentMarket {
  const { instrument, interval, asOf } = facts;
  const close = series.close[series.length - 1]!;
  const half = instrument.typicalSpread / 2;
  const quote = facts.quote && facts.quote.eventTime <= asOf ? facts.quote : undefined;
  const perBar = rootMeanSquare(returns, VOLATILITY_BARS) ?? 0;
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
    atr: meanTrueRange(series, ATR_BARS) ?? 0,
    dailyVolatility: perBar * Math.sqrt(barsPerDay(instrument, interval)),
    averageVolume: mean(series.volume, VOLUME_BARS),
    sessionOpen: facts.sessionOpen,
    ...(facts.nextOpen === undefined ? {} : { nextOpen: facts.nextOpen }),
    blackout: blackout ? { name: `${blackout.currency} ${blackout.name}`, eventTime: blackout.eventTime } : null,
    rate: facts.rate,
    regime: 'unknown',
  };
}

function mean(values: Float64Array, count: number): number {
  const last = values.subarray(Math.max(0, values.length - count));
  return last.length === 0 ? 0 : last.reduce((total, value) => total + value, 0) / last.length;
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
