import { setImmediate } from 'node:timers/promises';
import { judges } from '../../agents/judges/index.ts';
import type { BacktestRequest } from '../api/deps.ts';
import { factWindow } from '../backtest/fact-window.ts';
import { runBacktestPolitely } from '../backtest/run.ts';
import { toSeries } from '../domain/bar.ts';
import { AppError } from '../domain/errors.ts';
import { intervalMs, toIso } from '../domain/time.ts';
import type { Policy } from '../engine/desk.ts';
import { currencyEffects } from '../evidence/currencies.ts';
import { WINDOW } from '../evidence/situation.ts';
import type { SessionCalendar } from '../ports/calendar.ts';
import type { Clock } from '../ports/clock.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { Stores } from '../ports/store.ts';
import { conversionSeries } from './rates.ts';

/** More bars than this in one run would hold the process for minutes. */
const LARGEST = 100_000;
const FACTS_LIMIT = 20_000;

/** Backtests over stored bars, between the requests of everybody else. */
export function createBacktester(options: {
  marketData: MarketData;
  stores: Pick<Stores, 'news' | 'calendar'>;
  sessions: SessionCalendar;
  clock: Pick<Clock, 'now'>;
  policy: () => Promise<Policy>;
  currency: string;
  interval: () => Promise<BacktestRequest['interval']>;
}) {
  const { marketData, stores, sessions, clock, policy, currency } = options;
  return async ({ strategy, symbol, interval: given, from, to, initialCash }: BacktestRequest): Promise<unknown> => {
    const interval = given ?? (await options.interval()) ?? '1h';
    const instrument = marketData.resolve(symbol);
    const end = Math.min(to ?? clock.now(), clock.now());
    if (from !== undefined && from >= end) {
      throw new AppError('invalid_input', `from (${toIso(from)}) must be before to (${toIso(end)}).`);
    }
    // Room for the warm-up: nights and weekends have no bars, so look back further than the bars alone need.
    const start = from === undefined ? undefined : from - WINDOW * intervalMs[interval] * 2;
    const history = await marketData.history({ symbol, interval, limit: LARGEST, asOf: end, from: start });
    const first = from ?? history.bars[0]!.openTime;
    const facts = { asOf: end, from: first - factWindow.eventsBack };
    const [news, events, rate] = await Promise.all([
      stores.news.read({ symbol: instrument.symbol, ...facts, limit: FACTS_LIMIT, simulated: history.simulated }),
      stores.calendar.versions({
        currencies: currencyEffects(instrument).map(({ currency }) => currency),
        ...facts,
        to: end + factWindow.eventsAhead,
      }),
      // Where the pair holds the account's currency, its own price is the rate.
      instrument.base === currency
        ? undefined
        : conversionSeries(marketData, { from: instrument.quote, to: currency, interval, start, end }),
    ]);
    return runBacktestPolitely(
      {
        strategy,
        instrument,
        series: toSeries(instrument.symbol, interval, history.bars),
        from,
        to: end,
        source: history.source,
        simulated: history.simulated,
        quality: history.quality,
        policy: await policy(),
        judges,
        news,
        events: events.filter((event) => Boolean(event.simulated) === history.simulated),
        sessions,
        rate,
        currency,
        ...(initialCash === undefined ? {} : { initialCash }),
      },
      () => setImmediate(),
    );
  };
}
