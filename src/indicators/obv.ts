import { defineIndicator } from './definition.ts';

export const obvIndicator = defineIndicator({
  name: 'obv',
  title: 'On-balance volume',
  source:
    'J. Granville (1963): volume added on rising closes, taken off on falling ones, from the first bar; TA-Lib OBV',
  unit: 'volume',
  parameters: {},
  inputs: ['close', 'volume'],
  outputs: ['obv'],
  warmup: () => 0,
  batch({ close, volume }) {
    const obv = new Float64Array(close.length);
    let total = close.length > 0 ? volume[0]! : 0;
    if (close.length > 0) obv[0] = total;
    for (let i = 1; i < close.length; i++) {
      if (close[i]! > close[i - 1]!) total += volume[i]!;
      else if (close[i]! < close[i - 1]!) total -= volume[i]!;
      obv[i] = total;
    }
    return { obv };
  },
  stream() {
    let total: number | undefined;
    let before = 0;
    return {
      next({ close, volume }) {
        if (total === undefined) total = volume;
        else if (close > before) total += volume;
        else if (close < before) total -= volume;
        before = close;
        return { obv: total };
      },
    };
  },
});
