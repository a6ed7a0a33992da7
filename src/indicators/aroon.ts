import { defineIndicator, period } from './definition.ts';
import { createWindow, highestRow, lowestRow, undefinedColumn } from './window.ts';

export const aroonIndicator = defineIndicator({
  name: 'aroon',
  title: 'Aroon',
  source: 'T. Chande (1995): how recent the high and the low of n + 1 bars are, of equals the latest; TA-Lib AROON',
  unit: 'index',
  parameters: { period: period(14) },
  inputs: ['high', 'low'],
  outputs: ['down', 'up'],
  warmup: (p) => p.period,
  reach: (p) => p.period + 1,
  batch({ high, low }, p) {
    const count = p.period;
    const [down, up] = [undefinedColumn(high.length), undefinedColumn(high.length)];
    let [top, bottom] = [-1, -1];
    for (let i = count; i < high.length; i++) {
      const from = i - count;
      if (top < from) top = highestRow(high, from, count + 1);
      else if (high[i]! >= high[top]!) top = i;
      if (bottom < from) bottom = lowestRow(low, from, count + 1);
      else if (low[i]! <= low[bottom]!) bottom = i;
      down[i] = (100 * (bottom - from)) / count;
      up[i] = (100 * (top - from)) / count;
    }
    return { down, up };
  },
  stream(p) {
    const count = p.period;
    const [highs, lows] = [createWindow(count + 1), createWindow(count + 1)];
    return {
      next({ high, low }) {
        highs.push(high);
        lows.push(low);
        if (!highs.full) return { down: Number.NaN, up: Number.NaN };
        return {
          down: (100 * (lowestRow(lows.values, lows.from, count + 1) - lows.from)) / count,
          up: (100 * (highestRow(highs.values, highs.from, count + 1) - highs.from)) / count,
        };
      },
    };
  },
});
