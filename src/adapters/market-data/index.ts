import { AppError } from '../../domain/errors.ts';
import type { AssetClass } from '../../domain/instrument.ts';
import type { Http } from '../../ports/http.ts';
import type { MarketDataProvider } from '../../ports/market-data.ts';
import { alpaca } from './alpaca.ts';
import { alphavantage } from './alphavantage.ts';
import { binance } from './binance.ts';
import { createMeter, type Meter, meteredFetch, type PlanSettings } from './chain/meter.ts';
import { finnhub } from './finnhub.ts';
import { frankfurter } from './frankfurter.ts';
import { oanda } from './oanda.ts';
import { polygon } from './polygon.ts';
import { simulatedMarket } from './simulated/provider.ts';
import { twelvedata } from './twelvedata.ts';
import type { Vendor, VendorDeps } from './vendor.ts';
import { yahoo } from './yahoo.ts';

/** Every vendor, one line each. The simulated market is no vendor: it stands behind all of them. */
export const marketDataProviders = {
  alpaca,
  polygon,
  oanda,
  twelvedata,
  finnhub,
  alphavantage,
  binance,
  yahoo,
  frankfurter,
} satisfies Record<string, Vendor>;

/** Who is asked first, per asset class, where conclave.yaml says nothing. */
export const defaultChains: Record<AssetClass, string[]> = {
  fx: ['oanda', 'polygon', 'twelvedata', 'yahoo', 'finnhub', 'alphavantage', 'frankfurter'],
  metal: ['oanda', 'polygon', 'twelvedata', 'finnhub'],
  crypto: ['binance', 'alpaca', 'polygon', 'twelvedata', 'yahoo', 'finnhub', 'alphavantage'],
  equity: ['alpaca', 'polygon', 'twelvedata', 'yahoo', 'finnhub', 'alphavantage'],
  etf: ['alpaca', 'polygon', 'twelvedata', 'yahoo', 'finnhub', 'alphavantage'],
  index: ['polygon', 'twelvedata', 'yahoo'],
  future: ['yahoo'],
};

export interface ProviderOptions extends VendorDeps {
  /** Makes a way out of its own for each vendor, so that retries are counted too; without it all share `http`. */
  openHttp?: (out: typeof fetch) => Http;
  /** Of the simulated market. */
  seed?: number;
  /** What conclave.yaml says of vendors' plans. */
  plans?: Record<string, PlanSettings>;
}

/**
 * All vendors and, last, the simulated market, with the meters that count vendors' calls. A vendor without its key is
 * there and says why it is not offered. Throws `bad_config` for a plan of a vendor that does not exist.
 */
export function openProviders({ openHttp, seed, plans = {}, ...deps }: ProviderOptions): {
  providers: MarketDataProvider[];
  meters: ReadonlyMap<string, Meter>;
} {
  for (const name of Object.keys(plans)) {
    if (name in marketDataProviders) continue;
    const known = Object.keys(marketDataProviders).join(', ');
    throw new AppError('bad_config', `vendors names "${name}", which is no vendor; there are ${known}.`);
  }
  const { clock } = deps;
  const meters = new Map<string, Meter>();
  const vendors = Object.entries(marketDataProviders).map(([name, vendor]) => {
    const out = meteredFetch(() => meters.get(name), deps.fetch);
    const provider = vendor({ ...deps, fetch: out, ...(openHttp ? { http: openHttp(out) } : {}) });
    meters.set(name, createMeter(name, clock, provider.budget, plans[name]));
    return provider;
  });
  const simulated = simulatedMarket({ clock, ...(seed === undefined ? {} : { seed }) });
  return { providers: [...vendors, simulated], meters };
}
