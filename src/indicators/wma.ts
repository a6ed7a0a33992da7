import { defineIndicator, period, type ValueStream } from './definition.ts';
import { ANCHOR, createWindow, firstDefined, sumOf, undefinedColumn } from './window.ts';

/** 1 x oldest + 2 x next + ... + n x newest. */
function weightedSumOf(values: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (i + 1) * values[from + i]!;
  return sum;
}

/** Linearly weighted moving average: the newest of n values weighs n, the oldest 1. */
export function wma(values: Float64Array, count: number): Float64Array {
  const out = undefinedColumn(values.length);
  const divisor = (count * (count + 1)) / 2;
  for (let anchor = firstDefined(values) + count - 1; anchor < values.length; anchor += ANCHOR) {
    let sum = sumOf(values, anchor - count + 1, count);
    let weighted = weightedSumOf(values, anchor - count + 1, count);
    out[anchor] = weighted / divisor;
    const end = Math.min(values.length, anchor + ANCHOR);
    for (let i = anchor + 1; i < end; i++) {
      weighted += count * values[i]! - sum;
      sum += values[i]! - values[i - count]!;
      out[i] = weighted / divisor;
    }
  }
  return out;
}

export function wmaStream(count: number): ValueStream {
  const window = createWindow(count);
  const divisor = (count * (count + 1)) / 2;
  let sum = 0;
  let weighted = 0;
  return {
    next(value) {
      if (Number.isNaN(value) && window.count === 0) return Number.NaN;
      const left = window.push(value);
      if (!window.full) return Number.NaN;
      if ((window.count - count) % ANCHOR === 0) {
        sum = sumOf(window.values, window.from, count);
        weighted = weightedSumOf(window.values, window.from, count);
      } else {
        weighted += count * value - sum;
        sum += value - left;
      }
      return weighted / divisor;
    },
  };
}

export const wmaIndicator = defineIndicator({
  name: 'wma',
  title: 'Weighted moving average',
  source: 'Linear weights 1 to n, the newest weighs most; TA-Lib WMA',
  unit: 'price',
  parameters: { period: period(30) },
  inputs: ['close'],
  outputs: ['wma'],
  warmup: (p) => p.period - 1,
  batch: ({ close }, p) => ({ wma: wma(close, p.period) }),
  stream(p) {
    const average = wmaStream(p.period);
    return { next: ({ close }) => ({ wma: average.next(close) }) };
  },
});
