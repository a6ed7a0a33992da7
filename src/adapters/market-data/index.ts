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

/** All vendors and, last, the simulated market. A vendor without its key is there and says why it is not offered. */
export function openProviders(deps: VendorDeps & { seed?: number }): MarketDataProvider[] {
  const { clock, seed } = deps;
  const vendors = Object.values(marketDataProviders).map((vendor) => vendor(deps));
  return [...vendors, simulatedMarket({ clock, ...(seed === undefined ? {} : { seed }) })];
}

/** The same, each vendor with a way out of its own that counts its calls against its budget. */
export function openMeteredProviders(
  deps: VendorDeps & { openHttp: (out: typeof fetch) => Http; seed?: number; plans?: Record<string, PlanSettings> },
): { providers: MarketDataProvider[]; meters: ReadonlyMap<string, Meter> } {
  const { clock, openHttp, plans = {} } = deps;
  for (const name of Object.keys(plans)) {
    if (name in marketDataProviders) continue;
    const known = Object.keys(marketDataProviders).join(', ');
    throw new AppError('bad_config', `vendors names "${name}", which is no vendor; there are ${known}.`);
  }
  const meters = new Map<string, Meter>();
  const providers = Object.entries(marketDataProviders).map(([name, vendor]) => {
    const out = meteredFetch(() => meters.get(name), deps.fetch);
    const provider = vendor({ ...deps, fetch: out, http: openHttp(out) });
    meters.set(name, createMeter(name, clock, provider.budget, plans[name]));
    return provider;
  });
  const { seed } = deps;
  providers.push(simulatedMarket({ clock, ...(seed === undefined ? {} : { seed }) }));
  return { providers, meters };
}
