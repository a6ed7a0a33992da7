import { type BarSeries, toSeries } from '../domain/bar.ts';
import { type Interval, intervalMs, type Timestamp } from '../domain/time.ts';

export interface SyntheticMarket {
  symbol?: string;
  interval?: Interval;
  bars?: number;
  seed?: number;
  start?: number;
  /** Opening time of the first bar; Monday 2025-03-03 00:00 UTC by default. */
  from?: Timestamp;
  /** Standard deviation of one bar's return. */
  volatility?: number;
  /** Return per bar; it changes sign every `swing` bars, so that there are trends to follow and to lose on. */
  drift?: number;
  swing?: number;
  /** Decimals of a price. */
  digits?: number;
}

/** Uniform in [0, 1), the same for the same seed on every machine (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A made-up market that repeats: swinging trends with noise, on a grid of whole ticks. */
export function syntheticBars(market: SyntheticMarket = {}): BarSeries {
  const { symbol = 'EURUSD', interval = '1h', bars = 600, seed = 1, start = 1.1, digits = 5 } = market;
  const { from = Date.UTC(2025, 2, 3), volatility = 0.0012, drift = 0.0002, swing = 120 } = market;
  const random = seededRandom(seed);
  // The sum of three uniforms is near enough to normal here.
  const noise = () => (random() + random() + random() - 1.5) * 2;
  const length = intervalMs[interval];
  const grid = 10 ** digits;
  const round = (price: number) => Math.round(price * grid) / grid;
  let close = round(start);
  return toSeries(
    symbol,
    interval,
    Array.from({ length: bars }, (_, i) => {
      const open = close;
      const trend = Math.floor(i / swing) % 2 === 0 ? drift : -drift;
      close = round(open * (1 + trend + volatility * noise()));
      const reach = () => open * volatility * random() * 0.6;
      const openTime = from + i * length;
      return {
        openTime,
        closeTime: openTime + length,
        open,
        high: round(Math.max(open, close) + reach()),
        low: round(Math.min(open, close) - reach()),
        close,
        volume: Math.round(1000 + 500 * random()),
        receiveTime: openTime + length,
      };
    }),
  );
}
