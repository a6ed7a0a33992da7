import { paperBroker } from '../adapters/broker/index.ts';
import type { PaperBroker } from '../adapters/broker/paper.ts';
import type { Log } from '../adapters/log.ts';
import { defaultCosts } from '../backtest/costs.ts';
import { createExchange } from '../backtest/exchange.ts';
import type { Clock } from '../ports/clock.ts';
import type { MarketData } from '../ports/market-data.ts';
import { conversionRate } from './rates.ts';
import type { Storage } from './storage.ts';

/** The paper broker over the exchange of the backtest: one way to match orders. */
export function openBroker(options: {
  clock: Clock;
  account: string;
  currency: string;
  marketData: MarketData;
  storage: Pick<Storage, 'disk'>;
  log: Log;
}): PaperBroker {
  const { clock, account, currency, marketData, storage, log } = options;
  const instrument = (symbol: string) => marketData.resolve(symbol);
  return paperBroker({
    clock,
    account,
    exchange: ({ rate, state }) =>
      createExchange({ instrument, rate, costs: defaultCosts, ...(state ? { state } : {}) }),
    disk: storage.disk,
    quotes: (symbol) => marketData.quote(symbol),
    rate: (symbol) => conversionRate(marketData, instrument(symbol).quote, currency),
    onListenerFailure: (err) => log.error({ err }, 'A broker event was not absorbed; reconciliation will find it'),
  });
}
