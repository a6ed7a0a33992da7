import { defineIndicator, period } from './definition.ts';
import { createWindow, highestRow, lowestRow, mapColumn, rollingHighest, rollingLowest } from './window.ts';

export const donchianIndicator = defineIndicator({
  name: 'donchian',
  title: 'Donchian channel',
  source: 'R. Donchian: highest high and lowest low of the last n bars, this one included, and their middle',
  unit: 'price',
  parameters: { period: period(20, 1) },
  inputs: ['high', 'low'],
  outputs: ['upper', 'middle', 'lower'],
  warmup: (p) => p.period - 1,
  reach: (p) => p.period,
  batch({ high, low }, p) {
    const upper = rollingHighest(high, p.period);
    const lower = rollingLowest(low, p.period);
    return { upper, middle: mapColumn(upper, (value, i) => (value + lower[i]!) / 2), lower };
  },
  stream(p) {
    const [highs, lows] = [createWindow(p.period), createWindow(p.period)];
    return {
      next({ high, low }) {
        highs.push(high);
        lows.push(low);
        if (!highs.full) return { upper: Number.NaN, middle: Number.NaN, lower: Number.NaN };
        const upper = highs.values[highestRow(highs.values, highs.from, p.period)]!;
        const lower = lows.values[lowestRow(lows.values, lows.from, p.period)]!;
        return { upper, middle: (upper + lower) / 2, lower };
      },
    };
  },
});
