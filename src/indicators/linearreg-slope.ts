import { defineIndicator, period } from './definition.ts';
import { createWindow, firstDefined, undefinedColumn } from './window.ts';

/** Least-squares slope per row, with rows centred and values around the first: exactly 0 for a flat window. */
export function slopeOf(values: Float64Array, from: number, count: number): number {
  const origin = values[from]!;
  const middle = (count - 1) / 2;
  let sum = 0;
  for (let i = 1; i < count; i++) sum += (i - middle) * (values[from + i]! - origin);
  return sum / ((count * (count * count - 1)) / 12);
}

export const linearregSlopeIndicator = defineIndicator({
  name: 'linearreg-slope',
  title: 'Linear regression slope',
  source: 'Slope of the least-squares line through the last n closes, in price per bar; TA-Lib LINEARREG_SLOPE',
  unit: 'price',
  parameters: { period: period(14) },
  inputs: ['close'],
  outputs: ['slope'],
  warmup: (p) => p.period - 1,
  reach: (p) => p.period,
  batch({ close }, p) {
    const slope = undefinedColumn(close.length);
    for (let i = firstDefined(close) + p.period - 1; i < close.length; i++) {
      slope[i] = slopeOf(close, i - p.period + 1, p.period);
    }
    return { slope };
  },
  stream(p) {
    const window = createWindow(p.period);
    return {
      next({ close }) {
        if (!Number.isNaN(close) || window.count > 0) window.push(close);
        return { slope: window.full ? slopeOf(window.values, window.from, p.period) : Number.NaN };
      },
    };
  },
});
