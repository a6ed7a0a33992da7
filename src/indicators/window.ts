/** Running sums are computed anew from their window this often, so that rounding never builds up. */
export const ANCHOR = 256;

/** Row of the first value that is a number; the length where none is. */
export function firstDefined(values: Float64Array): number {
  let i = 0;
  while (i < values.length && Number.isNaN(values[i]!)) i++;
  return i;
}

export const undefinedColumn = (length: number) => new Float64Array(length).fill(Number.NaN);

/** A column computed row by row; several times faster than the typed array's own `map`. */
export function mapColumn(values: Float64Array, compute: (value: number, row: number) => number): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = compute(values[i]!, i);
  return out;
}

/** Sum of `count` values from row `from`, oldest first. */
export function sumOf(values: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += values[i]!;
  return sum;
}

/**
 * Mean around the window's own first value: exact for a flat window, and safe from cancellation. Four sums side by side,
 * because each addition would otherwise wait for the one before.
 */
export function meanOf(values: Float64Array, from: number, count: number): number {
  const origin = values[from]!;
  const end = from + count;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = from;
  for (; i + 3 < end; i += 4) {
    a += values[i]! - origin;
    b += values[i + 1]! - origin;
    c += values[i + 2]! - origin;
    d += values[i + 3]! - origin;
  }
  for (; i < end; i++) a += values[i]! - origin;
  return origin + (a + b + (c + d)) / count;
}

/** Sum of squared distances from `mean`. */
export function squaresAround(mean: number, values: Float64Array, from: number, count: number): number {
  const end = from + count;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = from;
  for (; i + 3 < end; i += 4) {
    a += (values[i]! - mean) * (values[i]! - mean);
    b += (values[i + 1]! - mean) * (values[i + 1]! - mean);
    c += (values[i + 2]! - mean) * (values[i + 2]! - mean);
    d += (values[i + 3]! - mean) * (values[i + 3]! - mean);
  }
  for (; i < end; i++) a += (values[i]! - mean) * (values[i]! - mean);
  return a + b + (c + d);
}

/** Row of the highest of `count` values from row `from`; of equals the latest. */
export function highestRow(values: Float64Array, from: number, count: number): number {
  let row = from;
  for (let i = from + 1; i < from + count; i++) if (values[i]! >= values[row]!) row = i;
  return row;
}

/** Row of the lowest of `count` values from row `from`; of equals the latest. */
export function lowestRow(values: Float64Array, from: number, count: number): number {
  let row = from;
  for (let i = from + 1; i < from + count; i++) if (values[i]! <= values[row]!) row = i;
  return row;
}

/** Rolling maximum; NaN before `count` values. Rescans only when the maximum leaves the window. */
export function rollingHighest(values: Float64Array, count: number): Float64Array {
  const out = undefinedColumn(values.length);
  const first = firstDefined(values);
  let row = -1;
  for (let i = first + count - 1; i < values.length; i++) {
    const from = i - count + 1;
    if (row < from) row = highestRow(values, from, count);
    else if (values[i]! >= values[row]!) row = i;
    out[i] = values[row]!;
  }
  return out;
}

/** Rolling minimum, as `rollingHighest`. */
export function rollingLowest(values: Float64Array, count: number): Float64Array {
  const out = undefinedColumn(values.length);
  const first = firstDefined(values);
  let row = -1;
  for (let i = first + count - 1; i < values.length; i++) {
    const from = i - count + 1;
    if (row < from) row = lowestRow(values, from, count);
    else if (values[i]! <= values[row]!) row = i;
    out[i] = values[row]!;
  }
  return out;
}

/**
 * The last `size` values of a stream, always in one piece: each value is written twice, `size` apart, so that
 * `values[from .. from + size)` is the window, oldest first, and batch and stream can share their loops.
 */
export interface Window {
  values: Float64Array;
  from: number;
  /** How many values have come in all. */
  count: number;
  full: boolean;
  /** Takes a value in and returns the one that left, NaN while filling. */
  push(value: number): number;
}

export function createWindow(size: number): Window {
  const values = new Float64Array(2 * size);
  return {
    values,
    from: 0,
    count: 0,
    full: false,
    push(value) {
      const row = this.count % size;
      const left = this.full ? values[row]! : Number.NaN;
      values[row] = value;
      values[row + size] = value;
      this.count++;
      this.full = this.count >= size;
      this.from = this.full ? this.count % size : 0;
      return left;
    },
  };
}
