import type { AssetClass } from '../../domain/instrument.ts';
import type { MarketDataProvider } from '../../ports/market-data.ts';
import { alpaca } from './alpaca.ts';
import { binance } from './binance.ts';
import { frankfurter } from './frankfurter.ts';
import { simulatedMarket } from './simulated/provider.ts';
import type { Vendor, VendorDeps } from './vendor.ts';
import { yahoo } from './yahoo.ts';

/** Every vendor, one line each. The simulated market is no vendor: it stands behind all of them. */
export const marketDataProviders = { alpaca, binance, yahoo, frankfurter } satisfies Record<string, Vendor>;

/** Who is asked first, per asset class, where conclave.yaml says nothing. */
export const defaultChains: Record<AssetClass, string[]> = {
  fx: ['yahoo', 'frankfurter'],
  metal: [],
  crypto: ['binance', 'alpaca', 'yahoo'],
  equity: ['alpaca', 'yahoo'],
  etf: ['alpaca', 'yahoo'],
  index: ['yahoo'],
  future: ['yahoo'],
};

/** All vendors and, last, the simulated market. A vendor without its key is there and says why it is not offered. */
export function openProviders(deps: VendorDeps & { seed?: number }): MarketDataProvider[] {
  const { clock, seed } = deps;
  const vendors = Object.values(marketDataProviders).map((vendor) => vendor(deps));
  return [...vendors, simulatedMarket({ clock, ...(seed === undefined ? {} : { seed }) })];
}
