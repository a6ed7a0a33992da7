import { defineIndicator, period } from './definition.ts';
import { createWindow, undefinedColumn } from './window.ts';

const TINY = 1e-14;
const FAST = 2 / 3;
const SLOW = 2 / 31;

/** Weight of the newest value: how straight the way of the last n changes was, between a fast and a slow average. */
function weightOf(values: Float64Array, from: number, count: number): number {
  let path = 0;
  for (let i = from + 1; i <= from + count; i++) path += Math.abs(values[i]! - values[i - 1]!);
  const net = values[from + count]! - values[from]!;
  const efficiency = path <= net || path < TINY ? 1 : Math.abs(net / path);
  const root = efficiency * (FAST - SLOW) + SLOW;
  return root * root;
}

export const kamaIndicator = defineIndicator({
  name: 'kama',
  title: 'Kaufman adaptive moving average',
  source: 'P. Kaufman, Smarter Trading (1995), fast 2 and slow 30 bars, seeded by the close before; TA-Lib KAMA',
  unit: 'price',
  parameters: { period: period(30) },
  inputs: ['close'],
  outputs: ['kama'],
  warmup: (p) => p.period,
  batch({ close }, p) {
    const kama = undefinedColumn(close.length);
    let average = close[p.period - 1] ?? Number.NaN;
    for (let i = p.period; i < close.length; i++) {
      average = (close[i]! - average) * weightOf(close, i - p.period, p.period) + average;
      kama[i] = average;
    }
    return { kama };
  },
  stream(p) {
    const window = createWindow(p.period + 1);
    let average = Number.NaN;
    return {
      next({ close }) {
        window.push(close);
        if (window.full) average = (close - average) * weightOf(window.values, window.from, p.period) + average;
        else average = close;
        return { kama: window.full ? average : Number.NaN };
      },
    };
  },
});
