import type { Forecast } from '../domain/signal.ts';
import { intervalMs, type Timestamp } from '../domain/time.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { DecisionStore } from '../ports/store.ts';

/** Bars that a late settlement may have to look through. */
const LIMIT = 5_000;

/**
 * The close of the first bar that ends at or after a forecast's horizon (over a weekend: the next one there is), from
 * the kind of market that the forecast was made on: real forecasts are never scored by simulated prices. Undefined
 * while no bar reaches that far.
 */
export function settlementPrice({ marketData, decisions }: { marketData: MarketData; decisions: DecisionStore }) {
  return async (symbol: string, time: Timestamp, { decisionId, interval }: Forecast): Promise<number | undefined> => {
    const decision = await decisions.get(decisionId);
    const history = await marketData.history({ symbol, interval, limit: LIMIT, from: time - 2 * intervalMs[interval] });
    if (!decision || decision.simulated !== history.simulated) return undefined;
    return history.bars.find((bar) => bar.closeTime >= time && bar.closeTime > decision.asOf)?.close;
  };
}
