import { type Database, openDatabase } from '../../db/client.ts';
import { createStores } from '../../db/stores.ts';
import { sessionCalendar } from '../../src/adapters/calendar/sessions.ts';
import { createLiveMarket } from '../../src/adapters/live/hub.ts';
import { createMacroData } from '../../src/adapters/macro/macro-data.ts';
import { simulatedMacro } from '../../src/adapters/macro/simulated.ts';
import { createMarketData } from '../../src/adapters/market-data/chain.ts';
import { openProviders } from '../../src/adapters/market-data/index.ts';
import { openSocket } from '../../src/adapters/socket.ts';
import type { Account } from '../../src/domain/account.ts';
import { toSeries } from '../../src/domain/bar.ts';
import { DAY, MINUTE, type Timestamp } from '../../src/domain/time.ts';
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

const unreachable = () => Promise.reject(new Error('These tests have no network.'));

/** The chain of vendors, offline: every real one is off and says why, and the simulated market answers. */
function offlineChain(clock: FakeClock, stores: ReturnType<typeof createStores>): MarketData {
  const http = { getJson: unreachable, getText: unreachable };
  return createMarketData({
    providers: openProviders({ clock, http, fetch: unreachable, openSocket, random: { next: () => 0.5 }, settings: {} })
      .providers,
    bars: stores.bars,
    quotes: stores.quotes,
    fetched: stores.fetched,
    corporateActions: stores.corporateActions,
    clock,
    sessions: sessionCalendar,
    offline: true,
  });
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
  const marketData = offlineChain(clock, stores);
  const live = createLiveMarket({
    clock,
    sessions: sessionCalendar,
    instrumentOf: marketData.resolve,
    vendorsOf: () => [],
    quote: (symbol) => marketData.quote(symbol),
    backfill: async (symbol, from) =>
      marketData.history({ symbol, interval: '1m', from: from - 10 * MINUTE, limit: 100, session: 'all' }),
    recentTicks: 10,
    staleAfter: MINUTE,
    notice: () => {},
    onFailure: (failure) => {
      throw failure;
    },
  });
  return {
    clock,
    database,
    marketData,
    macro: createMacroData({ clock, store: stores.macro, providers: [simulatedMacro({ clock })], offline: true }),
    live,
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
    async close() {
      await live.close();
      await database.close();
    },
  };
}
