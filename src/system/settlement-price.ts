import type { Forecast } from '../domain/signal.ts';
import { DAY, intervalMs, type Timestamp } from '../domain/time.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { DecisionStore } from '../ports/store.ts';

/** Bars that a late settlement may have to look through. */
const LIMIT = 10_000;
/** The longest that a market stays shut: a weekend between holidays. */
const SHUT = 5 * DAY;

/**
 * The close of the first bar that ends at or after a forecast's horizon (over a weekend: the next one there is), from
 * the kind of market that the forecast was made on: real forecasts are never scored by simulated prices. Undefined
 * while no bar reaches that far, and for a horizon that fell into a hole of the history.
 */
export function settlementPrice({ marketData, decisions }: { marketData: MarketData; decisions: DecisionStore }) {
  return async (symbol: string, time: Timestamp, { decisionId, interval }: Forecast): Promise<number | undefined> => {
    const decision = await decisions.get(decisionId);
    const gap = Math.max(2 * intervalMs[interval], SHUT);
    // From before the market shut: a window that lies within a weekend has no bars at all.
    const history = await marketData.history({ symbol, interval, limit: LIMIT, from: time - gap });
    if (!decision || decision.simulated !== history.simulated) return undefined;
    const bar = history.bars.find(({ closeTime }) => closeTime >= time && closeTime > decision.asOf);
    return bar && bar.closeTime - time <= gap ? bar.close : undefined;
  };
}
