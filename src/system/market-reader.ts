import { factWindow } from '../backtest/fact-window.ts';
import type { Account } from '../domain/account.ts';
import { type BarSeries, toSeries } from '../domain/bar.ts';
import type { Instrument } from '../domain/instrument.ts';
import { type Interval, SECOND, type Timestamp, toIso } from '../domain/time.ts';
import type { MarketRead } from '../engine/desk.ts';
import { currencyEffects } from '../evidence/currencies.ts';
import { type DatedFacts, marketOf, type Situation, situation, WINDOW } from '../evidence/situation.ts';
import { isMarkOf } from '../portfolio/marks.ts';
import type { SessionCalendar } from '../ports/calendar.ts';
import type { Clock } from '../ports/clock.ts';
import type { History, MarketData } from '../ports/market-data.ts';
import type { Stores } from '../ports/store.ts';
import { conversionRate } from './rates.ts';
import { otherKind } from './valuation.ts';

export interface SituationQuestion {
  symbol: string;
  interval?: Interval;
  asOf?: Timestamp;
  knownAt?: Timestamp;
  signal?: AbortSignal;
}

export interface MarketReaderOptions {
  marketData: MarketData;
  sessions: SessionCalendar;
  stores: Pick<Stores, 'news' | 'calendar'>;
  clock: Pick<Clock, 'now'>;
  account: () => Promise<Account>;
  /** Makes sure that recent news and releases are in the store; failures become notices. */
  refresh: (symbol: string, simulated: boolean, since: Timestamp) => Promise<string[]>;
  defaultInterval: () => Promise<Interval>;
}

/** Decisions in flight at once, and a little more: what six tools ask about one moment is read once. */
const REMEMBERED = 64;
/** After this a moment is read anew: an import may have added bars to it. */
const REMEMBERED_MS = 30 * SECOND;

interface Reading {
  /** Followed now, with a quote; otherwise read as of a moment of the past. */
  live: boolean;
  situation: Situation;
  history: History;
  notices: string[];
}

/** What the account holds or has on order, besides the symbol in question. */
const symbolsOf = ({ positions, openOrders }: Account, besides: string) => [
  ...new Set([...positions, ...openOrders].map(({ symbol }) => symbol).filter((symbol) => symbol !== besides)),
];

/**
 * Reads the world for a decision: history, quote, news, releases, rate and sessions, cut to one moment by the pure
 * `situation`. The market that risk judges and the evidence that analysts see come from the same reading.
 */
export function createMarketReader(options: MarketReaderOptions) {
  const { marketData, sessions, stores, clock } = options;
  const remembered = new Map<string, { reading: Promise<Reading>; at: Timestamp; sequence: number }>();

  function remember(key: string, { sequence }: Account, reading: Promise<Reading>): Promise<Reading> {
    remembered.delete(key);
    remembered.set(key, { reading, at: clock.now(), sequence });
    reading.catch(() => remembered.delete(key));
    const oldest = remembered.keys().next().value;
    if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    return reading;
  }
  const keyOf = (symbol: string, interval: Interval, asOf: Timestamp, account: Account) =>
    `${symbol}|${interval}|${asOf}|${account.id}`;

  /**
   * With asOf, exactly then; without, now while the market is followed, or the close of the newest bar. A decision
   * begins with a reading for the account as it is; what is asked about its moment afterwards gets that same reading,
   * although the account may have moved on: analysts and risk must see one market.
   */
  async function read(question: SituationQuestion, account: Account, begins = false): Promise<Reading> {
    const instrument = marketData.resolve(question.symbol);
    const interval = question.interval ?? (await options.defaultInterval());
    if (question.asOf !== undefined) {
      const key = keyOf(instrument.symbol, interval, question.asOf, account);
      const known = remembered.get(key);
      const fits = !begins || known?.sequence === account.sequence;
      if (known && fits && clock.now() - known.at < REMEMBERED_MS) return known.reading;
      return remember(key, account, gather(instrument, interval, question.asOf, account, question));
    }
    const began = clock.now();
    const history = await marketData.history({
      symbol: instrument.symbol,
      interval,
      limit: WINDOW,
      signal: question.signal,
    });
    const asOf = history.quality.stale ? history.asOf : clock.now();
    const key = keyOf(instrument.symbol, interval, asOf, account);
    return remember(key, account, gather(instrument, interval, asOf, account, question, history, began));
  }

  /** Another symbol of the account at the same moment, by its quote where the first one was read by its own. */
  async function readOther(
    question: SituationQuestion & { live: boolean; asOf: Timestamp; interval: Interval },
    account: Account,
  ) {
    if (!question.live) return read(question, account, true);
    const instrument = marketData.resolve(question.symbol);
    const { interval, asOf } = question;
    const key = `${keyOf(instrument.symbol, interval, asOf, account)}|live`;
    const known = remembered.get(key);
    if (known?.sequence === account.sequence) return known.reading;
    const history = marketData.history({ symbol: instrument.symbol, interval, limit: WINDOW, signal: question.signal });
    return remember(
      key,
      account,
      history.then((each) => gather(instrument, interval, asOf, account, question, each)),
    );
  }

  async function gather(
    instrument: Instrument,
    interval: Interval,
    asOf: Timestamp,
    account: Account,
    { signal }: SituationQuestion,
    known?: History,
    began = clock.now(),
  ): Promise<Reading> {
    const { symbol } = instrument;
    const history = known ?? (await marketData.history({ symbol, interval, limit: WINDOW, asOf, signal }));
    const live = known !== undefined && !history.quality.stale;
    const notices = [...history.notices, ...(await options.refresh(symbol, history.simulated, began))];
    const [quote, rate, others, news, events] = await Promise.all([
      live ? marketData.quote(symbol) : undefined,
      conversionRate(marketData, instrument.quote, account.currency, live ? undefined : asOf),
      otherSeries(account, symbol, interval, asOf, notices),
      stores.news.read({
        symbol,
        asOf,
        from: asOf - factWindow.newsBack,
        limit: factWindow.newsLimit,
        simulated: history.simulated,
      }),
      stores.calendar.read({
        currencies: currencyEffects(instrument).map(({ currency }) => currency),
        asOf,
        from: asOf - factWindow.eventsBack,
        to: asOf + factWindow.eventsAhead,
      }),
    ]);
    const sessionOpen = sessions.isOpen(instrument.calendar, asOf);
    const facts: DatedFacts = {
      instrument,
      interval,
      // A quote may be a moment younger than the first look at the clock.
      asOf,
      series: toSeries(symbol, interval, history.bars),
      others,
      source: history.source,
      simulated: history.simulated,
      quality: history.quality,
      // Paper fills at the same source that the decision was made on: real bars never meet a simulated quote.
      quote:
        quote && Boolean(quote.simulated) === history.simulated
          ? { ...quote, eventTime: Math.min(quote.eventTime, asOf) }
          : undefined,
      news,
      events: events.filter((event) => Boolean(event.simulated) === history.simulated),
      account,
      rate,
      sessionOpen,
      ...(sessionOpen ? {} : { nextOpen: sessions.nextOpen(instrument.calendar, asOf) }),
    };
    if (history.quality.stale) {
      notices.push(
        `The newest ${interval} bar of ${symbol} closed at ${toIso(history.asOf)}: stale, and analysed as of then.`,
      );
    }
    return { live, situation: situation(facts), history, notices: [...new Set(notices)] };
  }

  async function otherSeries(account: Account, symbol: string, interval: Interval, asOf: Timestamp, notices: string[]) {
    const others: Record<string, BarSeries> = {};
    for (const other of symbolsOf(account, symbol)) {
      try {
        const { bars } = await marketData.history({ symbol: other, interval, limit: WINDOW, asOf });
        others[other] = toSeries(other, interval, bars);
      } catch (failure) {
        // Correlation counts as 0 then, which the notice must not hide.
        notices.push(
          `No history of ${other}, which is held or on order: ${failure instanceof Error ? failure.message : failure}`,
        );
      }
    }
    return others;
  }

  return {
    /** What MCP tools and charts see. */
    async situation(question: SituationQuestion): Promise<Situation> {
      return (await read(question, await options.account())).situation;
    },
    /** What the engine decides on: the symbol, and the market of everything that the account holds. */
    async market({ account, ...question }: SituationQuestion & { account: Account }): Promise<MarketRead> {
      const reading = await read(question, account, true);
      const { symbol } = reading.situation.instrument;
      const { interval, asOf } = reading.situation;
      const notices = [...reading.notices];
      const situations = [reading.situation];
      for (const other of symbolsOf(account, symbol)) {
        try {
          const { live } = reading;
          const read = await readOther({ symbol: other, interval, asOf, live, signal: question.signal }, account);
          situations.push(read.situation);
          notices.push(...read.notices);
        } catch (failure) {
          if (question.signal?.aborted) throw failure;
          // Left out of the market: risk names it as unpriced and refuses what it cannot judge.
          notices.push(`${other} has no price: ${failure instanceof Error ? failure.message : failure}`);
        }
      }
      const kinds = new Map(situations.map((each) => [each.instrument.symbol, each.simulated]));
      for (const position of account.positions) {
        const simulated = kinds.get(position.symbol);
        if (!isMarkOf({ simulated }, position)) notices.push(otherKind(position));
      }
      return {
        symbol,
        interval,
        asOf,
        knownAt: clock.now(),
        source: reading.history.source,
        simulated: reading.history.simulated,
        quality: reading.history.quality,
        market: { ...marketOf(situations, account.currency), asOf },
        notices: [...new Set(notices)],
      };
    },
  };
}
