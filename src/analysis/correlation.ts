import { type BarSeries, sliceSeries } from '../domain/bar.ts';

/** Fewer common returns than this say nothing. */
export const MIN_COMMON_RETURNS = 30;

export interface CorrelationMatrix {
  symbols: string[];
  /** Pearson correlation of log returns over common bars; null where too few are common or one side is flat. */
  values: (number | null)[][];
  /** Common returns behind each value. */
  counts: number[][];
}

/** Log returns of two series over the bars that both have, between neighbouring common bars. */
function commonReturns(a: BarSeries, b: BarSeries): [Float64Array, Float64Array] {
  const size = Math.min(a.length, b.length);
  const [left, right] = [new Float64Array(size), new Float64Array(size)];
  let [i, j, count, lastI, lastJ] = [0, 0, 0, -1, -1];
  while (i < a.length && j < b.length) {
    const [timeA, timeB] = [a.openTime[i]!, b.openTime[j]!];
    if (timeA < timeB) i++;
    else if (timeB < timeA) j++;
    else {
      if (lastI >= 0) {
        left[count] = Math.log(a.close[i]! / a.close[lastI]!);
        right[count] = Math.log(b.close[j]! / b.close[lastJ]!);
        count++;
      }
      [lastI, lastJ] = [i, j];
      i++;
      j++;
    }
  }
  return [left.subarray(0, count), right.subarray(0, count)];
}

/** Pearson correlation; null for fewer than 30 pairs or a side without any variation. */
export function pearson(a: Float64Array, b: Float64Array): number | null {
  const count = a.length;
  if (count < MIN_COMMON_RETURNS) return null;
  let [meanA, meanB] = [0, 0];
  for (let i = 0; i < count; i++) {
    meanA += a[i]! / count;
    meanB += b[i]! / count;
  }
  let [covariance, varianceA, varianceB] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    covariance += x * y;
    varianceA += x * x;
    varianceB += y * y;
  }
  const scale = Math.sqrt(varianceA * varianceB);
  return scale > 0 ? Math.max(-1, Math.min(1, covariance / scale)) : null;
}

/** Correlation of two series over their last `limit` bars, and how many returns it rests on. */
export function correlate(a: BarSeries, b: BarSeries, limit = 250): { value: number | null; count: number } {
  const recent = (series: BarSeries) => sliceSeries(series, series.length - limit, series.length);
  const [left, right] = commonReturns(recent(a), recent(b));
  return { value: pearson(left, right), count: left.length };
}

/** Every pair of the given series; they must share an interval. */
export function correlationMatrix(series: readonly BarSeries[], limit = 250): CorrelationMatrix {
  const pairs = series.map((a) => series.map((b) => correlate(a, b, limit)));
  return {
    symbols: series.map(({ symbol }) => symbol),
    values: pairs.map((row) => row.map(({ value }) => value)),
    counts: pairs.map((row) => row.map(({ count }) => count)),
  };
}
