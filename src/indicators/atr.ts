import { type Columns, defineIndicator, type PlainBar, period } from './definition.ts';
import { undefinedColumn } from './window.ts';

/** The bar's range, stretched to the close before it. */
export const trueRange = (high: number, low: number, closeBefore: number) =>
  Math.max(high - low, Math.abs(high - closeBefore), Math.abs(low - closeBefore));

/** Average true range with Wilder smoothing, seeded by the mean of the first `count` true ranges (from bar 1 on). */
export function atr({ high, low, close }: Columns, count: number): Float64Array {
  const out = undefinedColumn(close.length);
  if (count >= close.length) return out;
  let average = 0;
  for (let i = 1; i <= count; i++) average += trueRange(high[i]!, low[i]!, close[i - 1]!);
  average /= count;
  out[count] = average;
  for (let i = count + 1; i < close.length; i++) {
    average = (average * (count - 1) + trueRange(high[i]!, low[i]!, close[i - 1]!)) / count;
    out[i] = average;
  }
  return out;
}

export function atrStream(count: number): { next(bar: PlainBar): number; peek(bar: PlainBar): number } {
  let seen = -1;
  let before = 0;
  let average = 0;
  return {
    next({ high, low, close }) {
      const range = trueRange(high, low, before);
      before = close;
      seen++;
      if (seen === 0) return Number.NaN;
      if (seen > count) average = (average * (count - 1) + range) / count;
      else average += range;
      if (seen === count) average /= count;
      return seen < count ? Number.NaN : average;
    },
    peek({ high, low }) {
      if (seen + 1 < count) return Number.NaN;
      const range = trueRange(high, low, before);
      return seen >= count ? (average * (count - 1) + range) / count : (average + range) / count;
    },
  };
}

export const atrIndicator = defineIndicator({
  name: 'atr',
  title: 'Average true range',
  source: 'J. W. Wilder, New Concepts in Technical Trading Systems (1978); TA-Lib ATR',
  unit: 'price',
  parameters: { period: period(14, 1) },
  inputs: ['high', 'low', 'close'],
  outputs: ['atr'],
  warmup: (p) => p.period,
  batch: (columns, p) => ({ atr: atr(columns, p.period) }),
  stream(p) {
    const range = atrStream(p.period);
    return { next: (bar) => ({ atr: range.next(bar) }), peek: (bar) => ({ atr: range.peek(bar) }) };
  },
});
