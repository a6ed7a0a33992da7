import { defineIndicator, period } from './definition.ts';
import { createWindow, firstDefined, meanOf, squaresAround, undefinedColumn } from './window.ts';

export const bbandsIndicator = defineIndicator({
  name: 'bbands',
  title: 'Bollinger bands',
  source: 'J. Bollinger: simple average plus and minus k population standard deviations; TA-Lib BBANDS',
  unit: 'price',
  parameters: {
    period: period(20),
    up: { type: 'number', default: 2, min: -100, max: 100, title: 'Deviations above' },
    down: { type: 'number', default: 2, min: -100, max: 100, title: 'Deviations below' },
  },
  inputs: ['close'],
  outputs: ['upper', 'middle', 'lower'],
  warmup: (p) => p.period - 1,
  reach: (p) => p.period,
  batch({ close }, p) {
    const upper = undefinedColumn(close.length);
    const middle = undefinedColumn(close.length);
    const lower = undefinedColumn(close.length);
    const { period: count, up, down } = p;
    for (let i = firstDefined(close) + count - 1; i < close.length; i++) {
      const mean = meanOf(close, i - count + 1, count);
      const deviation = Math.sqrt(squaresAround(mean, close, i - count + 1, count) / count);
      upper[i] = mean + up * deviation;
      middle[i] = mean;
      lower[i] = mean - down * deviation;
    }
    return { upper, middle, lower };
  },
  stream(p) {
    const { period: count, up, down } = p;
    const window = createWindow(count);
    return {
      next({ close }) {
        if (!Number.isNaN(close) || window.count > 0) window.push(close);
        if (!window.full) return { upper: Number.NaN, middle: Number.NaN, lower: Number.NaN };
        const mean = meanOf(window.values, window.from, count);
        const deviation = Math.sqrt(squaresAround(mean, window.values, window.from, count) / count);
        return { upper: mean + up * deviation, middle: mean, lower: mean - down * deviation };
      },
    };
  },
});
