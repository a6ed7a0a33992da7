import { asOfSeries, type BarSeries } from '../domain/bar.ts';
import { correlationKey } from '../domain/market.ts';
import type { Timestamp } from '../domain/time.ts';

/** Enough for a steady estimate, few enough to follow a change. */
const BARS = 250;
/** Below this many shared bars a correlation says nothing and is left out. */
const LEAST = 30;

/** Correlation of close-to-close returns over shared bar times, for each pair of the instrument and the others. */
export function correlationsOf(
  series: BarSeries,
  others: Record<string, BarSeries>,
  asOf: Timestamp,
): Record<string, number> {
  const all = [
    series,
    ...Object.keys(others)
      .sort()
      .map((symbol) => others[symbol]!),
  ]
    .filter((each, i) => i === 0 || each.symbol !== series.symbol)
    .map((each) => asOfSeries(each, asOf, BARS));
  const result: Record<string, number> = {};
  for (let a = 0; a < all.length; a++) {
    for (let b = a + 1; b < all.length; b++) {
      const value = correlate(all[a]!, all[b]!);
      if (value !== null) result[correlationKey(all[a]!.symbol, all[b]!.symbol)] = value;
    }
  }
  return result;
}

function correlate(a: BarSeries, b: BarSeries): number | null {
  const x: number[] = [];
  const y: number[] = [];
  let lastA = Number.NaN;
  let lastB = Number.NaN;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const gap = a.openTime[i]! - b.openTime[j]!;
    if (gap < 0) i++;
    else if (gap > 0) j++;
    else {
      if (!Number.isNaN(lastA)) {
        x.push(Math.log(a.close[i]! / lastA));
        y.push(Math.log(b.close[j]! / lastB));
      }
      lastA = a.close[i++]!;
      lastB = b.close[j++]!;
    }
  }
  return x.length < LEAST ? null : pearson(x, y);
}

/** Null where either side does not move. */
function pearson(x: readonly number[], y: readonly number[]): number | null {
  const n = x.length;
  const meanX = x.reduce((sum, value) => sum + value, 0) / n;
  const meanY = y.reduce((sum, value) => sum + value, 0) / n;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < n; i++) {
    const dx = x[i]! - meanX;
    const dy = y[i]! - meanY;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  const scale = Math.sqrt(xx * yy);
  return scale > 0 ? Math.max(-1, Math.min(1, xy / scale)) : null;
}
