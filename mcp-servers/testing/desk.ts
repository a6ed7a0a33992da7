import { type Database, openDatabase } from '../../db/client.ts';
import { createStores } from '../../db/stores.ts';
import { sessionCalendar } from '../../src/adapters/calendar/sessions.ts';
import { simulatedMarket } from '../../src/adapters/market-data/simulated/provider.ts';
import type { Account } from '../../src/domain/account.ts';
import { toSeries } from '../../src/domain/bar.ts';
import { instruments, requireInstrument } from '../../src/domain/instruments.ts';
import { DAY, intervalMs, type Timestamp } from '../../src/domain/time.ts';
import { situation } from '../../src/evidence/situation.ts';
import type { MarketData } from '../../src/ports/market-data.ts';
import { type FakeClock, fakeClock } from '../../src/testing/fake-clock.ts';
import { emptyAccount } from '../../src/testing/market-fixture.ts';
import type { ToolDeps } from '../deps.ts';
import type { MountOptions } from '../shell.ts';

/** Failures that a test did not expect would otherwise be redacted out of sight. */
export const options: MountOptions = {
  version: '0.0.0',
  report: (failure) => {
    throw failure;
  },
};

/** The simulated market alone, without vendors or store: the same answers for the same clock. */
export function simulatedData(clock: FakeClock): MarketData {
  const market = simulatedMarket({ clock });
  return {
    async history({ symbol, interval, limit, asOf = clock.now(), from }) {
      const instrument = requireInstrument(symbol);
      // A session calendar is shut at most two thirds of the time; ask for enough to have `limit` that were open.
      const start = from ?? asOf - intervalMs[interval] * (limit + 2) * 6 - 4 * DAY;
      const bars = market.barsAt(instrument, interval, start, asOf, asOf).filter((bar) => bar.closeTime <= asOf);
      const last = bars.slice(-limit);
      return {
        symbol,
        interval,
        bars: last,
        source: 'simulated',
        simulated: true,
        asOf: last.at(-1)!.closeTime,
        quality: { score: 0.9, flags: ['simulated'], stale: false, checkedBars: last.length, rejectedBars: 0 },
        notices: ['SIMULATED market: these prices are invented.'],
      };
    },
    quote: async (symbol, asOf) => market.quoteAt(requireInstrument(symbol), asOf ?? clock.now()),
    resolve: requireInstrument,
    instruments: () => instruments,
    vendors: () => [
      { name: 'alpaca', offered: false, reason: 'ALPACA_API_KEY is not set.', breaker: 'closed' },
      { name: 'simulated', offered: true, lastSuccess: clock.now(), breaker: 'closed' },
    ],
  };
}

export interface TestDesk extends Omit<ToolDeps, 'desk' | 'orders'> {
  clock: FakeClock;
  database: Database;
  stores: ReturnType<typeof createStores>;
  close(): Promise<void>;
}

/** What reading tools stand on: simulated prices and real stores in a database that is gone afterwards. */
export async function readingDesk(now?: Timestamp, account: Account = emptyAccount()): Promise<TestDesk> {
  const clock = fakeClock(now);
  const database = await openDatabase({ memory: true });
  await database.migrate();
  const stores = createStores(database, clock);
  const marketData = simulatedData(clock);
  return {
    clock,
    database,
    marketData,
    sessions: sessionCalendar,
    stores,
    async situation({ symbol, interval = '1h', asOf = clock.now() }) {
      const instrument = marketData.resolve(symbol);
      const [history, quote, news, events] = await Promise.all([
        marketData.history({ symbol: instrument.symbol, interval, limit: 1_000, asOf }),
        marketData.quote(instrument.symbol, asOf),
        stores.news.read({ symbol: instrument.symbol, asOf, from: asOf - 7 * DAY, limit: 500 }),
        stores.calendar.read({ asOf, from: asOf - 30 * DAY, to: asOf + 7 * DAY }),
      ]);
      return situation({
        instrument,
        interval,
        asOf,
        series: toSeries(instrument.symbol, interval, history.bars),
        others: {},
        source: history.source,
        simulated: history.simulated,
        quality: history.quality,
        quote,
        news,
        events,
        account,
        rate: 1,
        sessionOpen: sessionCalendar.isOpen(instrument.calendar, asOf),
      });
    },
    close: () => database.close(),
  };
}
