import type { Bar } from '../domain/bar.ts';
import type { Forecast } from '../domain/signal.ts';
import { DAY, type Interval, intervalMs, type Timestamp } from '../domain/time.ts';
import type { MarketData, MarketDataProvider } from '../ports/market-data.ts';
import type { DecisionStore } from '../ports/store.ts';

export interface SettlementPriceOptions {
  marketData: MarketData;
  /** Where simulated forecasts are settled, whatever real prices have come since. */
  simulated: Pick<MarketDataProvider, 'bars'>;
  decisions: Pick<DecisionStore, 'get'>;
}

/** Bars that a late settlement may have to look through. */
const LIMIT = 10_000;
/** The longest that a market stays shut: a weekend between holidays. */
const SHUT = 5 * DAY;

/**
 * The close of the first bar that ends at or after a forecast's horizon (over a weekend: the next one there is), from
 * the kind of market that the forecast was made on: real forecasts are never scored by simulated prices, nor the other
 * way round. Undefined while no bar reaches that far, and for a horizon that fell into a hole of the history. Serves
 * one settlement: the bars of a symbol are read once in it.
 */
export function settlementPrice({ marketData, simulated, decisions }: SettlementPriceOptions) {
  const read = new Map<string, Promise<Bar[]>>();

  async function simulatedBars(symbol: string, interval: Interval, from: Timestamp, to: Timestamp) {
    const bars = await simulated.bars({ instrument: marketData.resolve(symbol), interval, from, to });
    // The newest bar may still be forming: it says nothing about its close.
    return bars.filter((bar) => bar.receiveTime >= bar.closeTime);
  }
  async function realBars(symbol: string, interval: Interval, from: Timestamp) {
    const history = await marketData.history({ symbol, interval, limit: LIMIT, from });
    return history.simulated ? [] : history.bars;
  }
  /** Forecasts come longest overdue first, so the first window of a symbol holds the later ones, too. */
  function realBarsOnce(symbol: string, interval: Interval, from: Timestamp) {
    const key = `${symbol}|${interval}`;
    const known = read.get(key) ?? realBars(symbol, interval, from);
    read.set(key, known);
    return known;
  }

  return async (symbol: string, time: Timestamp, forecast: Forecast): Promise<number | undefined> => {
    const { interval, madeAt, decisionId } = forecast;
    // Older records do not say themselves on which prices they were made.
    const kind = forecast.simulated ?? (await decisions.get(decisionId))?.simulated;
    if (kind === undefined) return undefined;
    const gap = Math.max(2 * intervalMs[interval], SHUT);
    // From before the market shut: a window that lies within a weekend has no bars at all.
    const bars = kind
      ? await simulatedBars(symbol, interval, time - intervalMs[interval], time + gap)
      : await realBarsOnce(symbol, interval, time - gap);
    const bar = bars.find(({ closeTime }) => closeTime >= time && closeTime > madeAt);
    return bar && bar.closeTime - time <= gap ? bar.close : undefined;
  };
}
