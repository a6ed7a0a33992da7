import type { BarSeries } from '../domain/bar.ts';
import type { Timestamp } from '../domain/time.ts';

/** Falls of the close from its highest close before, as fractions of that (0 at a high, 0.1 for ten per cent down). */
export interface Drawdown {
  current: number;
  max: number;
  /** Opening time of the bar of the high that the price has not passed since. */
  peakTime: Timestamp;
  barsSincePeak: number;
}

/** Over the whole of the given series; undefined for an empty one. */
export function drawdownOf({ close, openTime, length }: BarSeries): Drawdown | undefined {
  if (length === 0) return undefined;
  let [peak, max] = [0, 0];
  for (let i = 0; i < length; i++) {
    if (close[i]! >= close[peak]!) peak = i;
    max = Math.max(max, 1 - close[i]! / close[peak]!);
  }
  const last = length - 1;
  const current = 1 - close[last]! / close[peak]!;
  return { current, max, peakTime: openTime[peak]!, barsSincePeak: last - peak };
}
