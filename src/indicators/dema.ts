import { defineIndicator, period } from './definition.ts';
import { ema, emaStream } from './ema.ts';
import { mapColumn } from './window.ts';

export const demaIndicator = defineIndicator({
  name: 'dema',
  title: 'Double exponential moving average',
  source: 'P. Mulloy, Stocks & Commodities 12:1 (1994): 2 EMA - EMA of EMA; TA-Lib DEMA',
  unit: 'price',
  parameters: { period: period(30) },
  inputs: ['close'],
  outputs: ['dema'],
  warmup: (p) => 2 * (p.period - 1),
  batch({ close }, p) {
    const once = ema(close, p.period);
    const twice = ema(once, p.period);
    // NaN of `twice` carries over into the warm-up rows.
    return { dema: mapColumn(once, (value, i) => 2 * value - twice[i]!) };
  },
  stream(p) {
    const first = emaStream(p.period);
    const second = emaStream(p.period);
    return {
      next({ close }) {
        const once = first.next(close);
        return { dema: 2 * once - second.next(once) };
      },
    };
  },
});
