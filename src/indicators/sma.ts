import { defineIndicator, type PeekingStream, period } from './definition.ts';
import { ANCHOR, createWindow, firstDefined, sumOf, undefinedColumn } from './window.ts';

/** Simple moving average: the mean of the last `count` values. */
export function sma(values: Float64Array, count: number): Float64Array {
  const out = undefinedColumn(values.length);
  for (let anchor = firstDefined(values) + count - 1; anchor < values.length; anchor += ANCHOR) {
    let sum = sumOf(values, anchor - count + 1, count);
    out[anchor] = sum / count;
    const end = Math.min(values.length, anchor + ANCHOR);
    for (let i = anchor + 1; i < end; i++) {
      sum += values[i]! - values[i - count]!;
      out[i] = sum / count;
    }
  }
  return out;
}

export function smaStream(count: number): PeekingStream {
  const window = createWindow(count);
  let sum = 0;
  return {
    next(value) {
      if (Number.isNaN(value) && window.count === 0) return Number.NaN;
      const left = window.push(value);
      if (!window.full) return Number.NaN;
      sum = (window.count - count) % ANCHOR === 0 ? sumOf(window.values, window.from, count) : sum + (value - left);
      return sum / count;
    },
    peek(value) {
      if (window.count + 1 < count || (Number.isNaN(value) && window.count === 0)) return Number.NaN;
      const start = window.full ? window.from + 1 : 0;
      const anew = (window.count + 1 - count) % ANCHOR === 0;
      const total = anew ? sumOf(window.values, start, count - 1) + value : sum + (value - window.values[start - 1]!);
      return total / count;
    },
  };
}

export const smaIndicator = defineIndicator({
  name: 'sma',
  title: 'Simple moving average',
  source: 'Arithmetic mean of the last n closes; TA-Lib SMA',
  unit: 'price',
  parameters: { period: period(30) },
  inputs: ['close'],
  outputs: ['sma'],
  warmup: (p) => p.period - 1,
  batch: ({ close }, p) => ({ sma: sma(close, p.period) }),
  stream(p) {
    const average = smaStream(p.period);
    return { next: ({ close }) => ({ sma: average.next(close) }), peek: ({ close }) => ({ sma: average.peek(close) }) };
  },
});
