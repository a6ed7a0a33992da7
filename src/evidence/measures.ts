import type { BarSeries } from '../domain/bar.ts';

/** Mean of the true range over the last `count` bars, in price; of at least 2 bars. */
export function meanTrueRange(series: BarSeries, count: number): number {
  const from = Math.max(1, series.length - count);
  let total = 0;
  for (let i = from; i < series.length; i++) {
    const before = series.close[i - 1]!;
    total += Math.max(series.high[i]!, before) - Math.min(series.low[i]!, before);
  }
  return total / (series.length - from);
}

/** Root mean square of the last `count` log returns, drift taken as zero; of at least 2 closes. */
export function rootMeanSquare(close: Float64Array, count: number): number {
  const from = Math.max(1, close.length - count);
  let total = 0;
  for (let i = from; i < close.length; i++) total += Math.log(close[i]! / close[i - 1]!) ** 2;
  return Math.sqrt(total / (close.length - from));
}

/** Net move of the last `count` bars in standard deviations of a walk with `perBar` volatility; null where unknown. */
export function standardMove(close: Float64Array, count: number, perBar: number | null): number | null {
  if (!perBar || close.length <= count) return null;
  return Math.log(close.at(-1)! / close.at(-1 - count)!) / (perBar * Math.sqrt(count));
}

/** Least-squares slope of the last `count` closes, as the move it makes over them, in the same standard deviations. */
export function standardSlope(close: Float64Array, count: number, perBar: number | null): number | null {
  if (!perBar || close.length < count) return null;
  const from = close.length - count;
  const middle = (count - 1) / 2;
  let [product, squares] = [0, 0];
  for (let i = 0; i < count; i++) {
    product += (i - middle) * Math.log(close[from + i]!);
    squares += (i - middle) ** 2;
  }
  return ((product / squares) * count) / (perBar * Math.sqrt(count));
}
