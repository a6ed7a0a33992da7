import type { BookLevel, OrderBook } from './order-book.ts';

type Sides = Pick<OrderBook, 'bids' | 'asks'>;

/** What the best levels of a book say. Prices in the quote currency, quantities in base units. */
export interface Liquidity {
  bid: number;
  ask: number;
  mid: number;
  spread: number;
  /** Hundredths of a per cent of the mid. */
  spreadBps: number;
  /** Quantity that rests within so many basis points of the mid, as far as the book's levels reach. */
  within: { bps: number; bids: number; asks: number }[];
  /** Share of the quantity of all levels that is on the bid, 0 to 1. */
  bidShare: number;
}

/** What it would cost to buy or sell a quantity at once. */
export interface Impact {
  side: 'buy' | 'sell';
  quantity: number;
  /** As much of it as the book's levels hold. */
  filled: number;
  averagePrice: number;
  /** Of the last level that is needed. */
  worstPrice: number;
  /** Of the average price against the mid, in basis points; never negative in a book that is not crossed. */
  costBps: number;
  /** Of the filled quantity against the mid, in the quote currency. */
  cost: number;
}

/** Undefined where a side is empty: there is no market to speak of. */
export function liquidityOf({ bids, asks }: Sides, bands: readonly number[] = [10, 25, 50]): Liquidity | undefined {
  const [bid, ask] = [bids[0]?.[0], asks[0]?.[0]];
  if (bid === undefined || ask === undefined) return undefined;
  const mid = (bid + ask) / 2;
  const resting = (levels: readonly BookLevel[], bps = Number.POSITIVE_INFINITY) =>
    levels.reduce((sum, [price, quantity]) => (basisPoints(price, mid) <= bps ? sum + quantity : sum), 0);
  const [bought, offered] = [resting(bids), resting(asks)];
  return {
    bid,
    ask,
    mid,
    spread: ask - bid,
    spreadBps: ((ask - bid) / mid) * 10_000,
    within: bands.map((bps) => ({ bps, bids: resting(bids, bps), asks: resting(asks, bps) })),
    bidShare: bought / (bought + offered),
  };
}

/** Walks the levels until the quantity is filled or the book ends. Undefined where a side is empty. */
export function impactOf({ bids, asks }: Sides, side: 'buy' | 'sell', quantity: number): Impact | undefined {
  const levels = side === 'buy' ? asks : bids;
  const mid = bids[0] && asks[0] ? (bids[0][0] + asks[0][0]) / 2 : undefined;
  if (mid === undefined || !(quantity > 0)) return undefined;
  let filled = 0;
  let paid = 0;
  let worstPrice = levels[0]![0];
  for (const [price, resting] of levels) {
    if (filled >= quantity) break;
    const taken = Math.min(resting, quantity - filled);
    filled += taken;
    paid += taken * price;
    worstPrice = price;
  }
  const averagePrice = paid / filled;
  const cost = side === 'buy' ? paid - filled * mid : filled * mid - paid;
  return { side, quantity, filled, averagePrice, worstPrice, costBps: (cost / (filled * mid)) * 10_000, cost };
}

const basisPoints = (price: number, mid: number) => (Math.abs(price - mid) / mid) * 10_000;
