import { defineIndicator, period } from './definition.ts';
import { createWindow, undefinedColumn } from './window.ts';

export const momIndicator = defineIndicator({
  name: 'mom',
  title: 'Momentum',
  source: 'Change over n bars in price; TA-Lib MOM',
  unit: 'price',
  parameters: { period: period(10, 1) },
  inputs: ['close'],
  outputs: ['mom'],
  warmup: (p) => p.period,
  reach: (p) => p.period + 1,
  batch({ close }, p) {
    const mom = undefinedColumn(close.length);
    for (let i = p.period; i < close.length; i++) mom[i] = close[i]! - close[i - p.period]!;
    return { mom };
  },
  stream(p) {
    const window = createWindow(p.period);
    return { next: ({ close }) => ({ mom: close - window.push(close) }) };
  },
});
