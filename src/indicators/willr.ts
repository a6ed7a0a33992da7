import { defineIndicator, period } from './definition.ts';
import { createWindow, highestRow, lowestRow, mapColumn, rollingHighest, rollingLowest } from './window.ts';

/** -100 at the low of the range, 0 at its high; 0 where there is no range. */
const percentR = (close: number, lowest: number, highest: number) => {
  const range = (highest - lowest) / -100;
  return range === 0 ? 0 : (highest - close) / range;
};

export const willrIndicator = defineIndicator({
  name: 'willr',
  title: 'Williams %R',
  source: 'L. Williams (1973): distance from the high of n bars in per cent of their range; TA-Lib WILLR',
  unit: 'index',
  parameters: { period: period(14) },
  inputs: ['high', 'low', 'close'],
  outputs: ['willr'],
  warmup: (p) => p.period - 1,
  reach: (p) => p.period,
  batch({ high, low, close }, p) {
    const highest = rollingHighest(high, p.period);
    const lowest = rollingLowest(low, p.period);
    return { willr: mapColumn(close, (value, i) => percentR(value, lowest[i]!, highest[i]!)) };
  },
  stream(p) {
    const highs = createWindow(p.period);
    const lows = createWindow(p.period);
    return {
      next({ high, low, close }) {
        highs.push(high);
        lows.push(low);
        if (!highs.full) return { willr: Number.NaN };
        const lowest = lows.values[lowestRow(lows.values, lows.from, p.period)]!;
        return { willr: percentR(close, lowest, highs.values[highestRow(highs.values, highs.from, p.period)]!) };
      },
    };
  },
});
