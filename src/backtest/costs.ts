import {
  convert,
  greatest,
  type Money,
  notional,
  type Price,
  type Quantity,
  type Rate,
  scale,
} from '../domain/decimal.ts';
import type { AssetClass, Instrument } from '../domain/instrument.ts';

/** What a broker takes per side. `minimum` is per fill; all in the quote currency. */
export interface Commission {
  /** Share of notional, e.g. 0.001 for 10 basis points. */
  rate: number;
  /** Per share, coin or base unit. */
  perUnit: number;
  minimum: number;
}

/** What trading costs. JSON-able: every report repeats it. There is no way to switch costs off by forgetting them. */
export interface Costs {
  /** Times the instrument's usual spread; a bar knows only mid prices, a quote brings its own spread. */
  spread: number;
  /** Slippage of market and stop orders, as a share of the spread. */
  slippageOfSpread: number;
  /** And as a share of the bar's range: fast markets fill worse. */
  slippageOfRange: number;
  /** Largest share of one bar's volume that orders may take, where volume is real. */
  volumeShare: number;
  commission: Record<AssetClass, Commission>;
}

const free: Commission = { rate: 0, perUnit: 0, minimum: 0 };

/** Usual retail schedules: 3.50 per FX lot and side, 10 bp for crypto takers, half a cent per share. */
export const defaultCosts: Costs = {
  spread: 1,
  slippageOfSpread: 0.25,
  slippageOfRange: 0.02,
  volumeShare: 0.1,
  commission: {
    fx: { ...free, rate: 0.000035 },
    metal: { ...free, rate: 0.00005 },
    crypto: { ...free, rate: 0.001 },
    equity: { rate: 0, perUnit: 0.005, minimum: 1 },
    etf: { rate: 0, perUnit: 0.005, minimum: 1 },
    index: { ...free, rate: 0.0001 },
    future: { ...free, rate: 0.00002 },
  },
};

/** Volume that counts units traded; FX and metals report ticks or one venue's flow, indices nothing. */
export const hasRealVolume: Record<AssetClass, boolean> = {
  fx: false,
  metal: false,
  crypto: true,
  equity: true,
  etf: true,
  index: false,
  future: true,
};

/** Commission of one fill, in the account's currency. */
export function commissionOf(costs: Costs, instrument: Instrument, at: Price, size: Quantity, rate: Rate): Money {
  const { rate: share, perUnit, minimum } = costs.commission[instrument.assetClass];
  const worth = notional(at, size);
  const fee = scale(worth, share) + scale(size as bigint as typeof worth, perUnit);
  const least = scale(1_000_000_000n as typeof worth, minimum);
  return convert(greatest(fee as typeof worth, least), rate);
}
