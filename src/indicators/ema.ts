import { defineIndicator, type PeekingStream, period } from './definition.ts';
import { firstDefined, undefinedColumn } from './window.ts';

/** Exponential moving average with weight 2 / (n + 1), seeded by the mean of the first n values from row `from` on. */
export function ema(values: Float64Array, count: number, from = firstDefined(values)): Float64Array {
  const out = undefinedColumn(values.length);
  if (from + count > values.length) return out;
  const weight = 2 / (count + 1);
  let average = 0;
  for (let i = from; i < from + count; i++) average += values[i]!;
  average /= count;
  out[from + count - 1] = average;
  for (let i = from + count; i < values.length; i++) {
    average = (values[i]! - average) * weight + average;
    out[i] = average;
  }
  return out;
}

export function emaStream(count: number): PeekingStream {
  const weight = 2 / (count + 1);
  let seen = 0;
  let average = 0;
  return {
    next(value) {
      if (Number.isNaN(value) && seen === 0) return Number.NaN;
      seen++;
      if (seen > count) average = (value - average) * weight + average;
      else average += value;
      if (seen === count) average /= count;
      return seen < count ? Number.NaN : average;
    },
    peek(value) {
      if (seen >= count) return (value - average) * weight + average;
      return seen + 1 === count && !(Number.isNaN(value) && seen === 0) ? (average + value) / count : Number.NaN;
    },
  };
}

export const emaIndicator = defineIndicator({
  name: 'ema',
  title: 'Exponential moving average',
  source: 'Weight 2 / (n + 1), seeded by the simple average of the first n closes; TA-Lib EMA',
  unit: 'price',
  parameters: { period: period(30) },
  inputs: ['close'],
  outputs: ['ema'],
  warmup: (p) => p.period - 1,
  batch: ({ close }, p) => ({ ema: ema(close, p.period) }),
  stream(p) {
    const average = emaStream(p.period);
    return { next: ({ close }) => ({ ema: average.next(close) }), peek: ({ close }) => ({ ema: average.peek(close) }) };
  },
});
