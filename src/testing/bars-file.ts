import type { BarSeries } from '../domain/bar.ts';
import { HOUR, type Timestamp, toIso } from '../domain/time.ts';
import { syntheticBars } from './synthetic-bars.ts';

/** A file of bars as a user brings it; of the first `rows` bars, or of all. */
export function barsFile({ openTime, open, high, low, close, volume }: BarSeries, rows = openTime.length): Uint8Array {
  const lines = Array.from({ length: rows }, (_, i) =>
    [toIso(openTime[i]!), open[i], high[i], low[i], close[i], volume[i]].join(','),
  );
  return new TextEncoder().encode(['time,open,high,low,close,volume', ...lines].join('\n'));
}

/** Where such a file of hours goes. */
export const importPath = (symbol: string) => `/api/import?symbol=${symbol}&interval=1h&timezone=UTC`;

/** Hours of something that trades through every weekend, so that each hour has its bar. */
export const cryptoHours = (from: Timestamp, bars: number): BarSeries =>
  syntheticBars({ symbol: 'BTCUSDT', bars, start: 60_000, digits: 2, volatility: 0.004, from });

/** Hours that end with the last whole one: not stale. */
export const cryptoHoursToNow = (bars: number): BarSeries =>
  cryptoHours(Math.floor(Date.now() / HOUR) * HOUR - bars * HOUR, bars);
