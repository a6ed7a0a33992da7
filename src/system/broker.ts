import { paperBroker } from '../adapters/broker/index.ts';
import type { PaperBroker } from '../adapters/broker/paper.ts';
import { sharedBroker } from '../adapters/broker/shared.ts';
import type { Log } from '../adapters/log.ts';
import { defaultCosts } from '../backtest/costs.ts';
import { createExchange } from '../backtest/exchange.ts';
import type { Policy } from '../engine/desk.ts';
import type { SessionCalendar } from '../ports/calendar.ts';
import type { Clock } from '../ports/clock.ts';
import type { Disk } from '../ports/disk.ts';
import type { MarketData } from '../ports/market-data.ts';
import { paperFolder } from './paper-files.ts';
import { conversionRate } from './rates.ts';
import type { Storage } from './storage.ts';
import { unfitQuote } from './unfit-quote.ts';

/**
 * The paper broker over the exchange of the backtest: one way to match orders. On PostgreSQL its state is in the
 * database and shared, so that desks on one database trade on one exchange.
 */
export function openBroker(options: {
  clock: Clock;
  account: string;
  currency: string;
  marketData: MarketData;
  sessions: SessionCalendar;
  policy: () => Promise<Policy>;
  storage: Pick<Storage, 'disk' | 'sharedDisk'>;
  log: Log;
}): PaperBroker {
  const { clock, account, currency, marketData, sessions, policy, storage, log } = options;
  const instrument = (symbol: string) => marketData.resolve(symbol);
  const onListenerFailure = (err: unknown) =>
    log.error({ err }, 'A broker event was not absorbed; reconciliation will find it');
  const open = (disk: Disk) =>
    paperBroker({
      clock,
      account,
      exchange: ({ rate, state }) =>
        createExchange({ instrument, rate, costs: defaultCosts, ...(state ? { state } : {}) }),
      disk,
      folder: paperFolder(account),
      quotes: (symbol) => marketData.quote(symbol),
      unfit: async (quote) => {
        const { maxQuoteAgeMs } = (await policy()).risk.limits;
        return unfitQuote(quote, { instrument: instrument(quote.symbol), sessions, now: clock.now(), maxQuoteAgeMs });
      },
      rate: (symbol) => conversionRate(marketData, instrument(symbol).quote, currency),
      onListenerFailure,
    });
  return storage.sharedDisk ? sharedBroker({ disk: storage.sharedDisk, open, onListenerFailure }) : open(storage.disk);
}
