import { defineIndicator, period } from './definition.ts';
import { createWindow, undefinedColumn } from './window.ts';

/** Change in per cent; 0 where there was nothing to change from. */
export const changePercent = (now: number, before: number) => (before === 0 ? 0 : (now / before - 1) * 100);

export const rocIndicator = defineIndicator({
  name: 'roc',
  title: 'Rate of change',
  source: 'Change over n bars in per cent; TA-Lib ROC',
  unit: 'percent',
  parameters: { period: period(10, 1) },
  inputs: ['close'],
  outputs: ['roc'],
  warmup: (p) => p.period,
  reach: (p) => p.period + 1,
  batch({ close }, p) {
    const roc = undefinedColumn(close.length);
    for (let i = p.period; i < close.length; i++) roc[i] = changePercent(close[i]!, close[i - p.period]!);
    return { roc };
  },
  stream(p) {
    const window = createWindow(p.period);
    return {
      next({ close }) {
        const before = window.push(close);
        return { roc: Number.isNaN(before) ? Number.NaN : changePercent(close, before) };
      },
    };
  },
});
