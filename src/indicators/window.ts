/** Running sums are computed anew from their window this often, so that rounding never builds up. */
export const ANCHOR = 256;

/** Row of the first value that is a number; the length where none is. */
export function firstDefined(values: Float64Array): number {
  let i = 0;
  while (i < values.length && Number.isNaN(values[i]!)) i++;
  return i;
}

export const undefinedColumn = (length: number) => new Float64Array(length).fill(Number.NaN);

/** Sum of `count` values from row `from`, oldest first. */
export function sumOf(values: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += values[i]!;
  return sum;
}

/** Mean around the window's own first value: exact for a flat window, and safe from cancellation. */
export function meanOf(values: Float64Array, from: number, count: number): number {
  const origin = values[from]!;
  let sum = 0;
  for (let i = from + 1; i < from + count; i++) sum += values[i]! - origin;
  return origin + sum / count;
}

/** Sum of squared distances from `mean`. */
export function squaresAround(mean: number, values: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) {
    const distance = values[i]! - mean;
    sum += distance * distance;
  }
  return sum;
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
