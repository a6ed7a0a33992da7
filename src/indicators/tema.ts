import { defineIndicator, period } from './definition.ts';
import { ema, emaStream } from './ema.ts';
import { mapColumn } from './window.ts';

export const temaIndicator = defineIndicator({
  name: 'tema',
  title: 'Triple exponential moving average',
  source: 'P. Mulloy, Stocks & Commodities 12:2 (1994): 3 EMA - 3 EMA of EMA + EMA of EMA of EMA; TA-Lib TEMA',
  unit: 'price',
  parameters: { period: period(30) },
  inputs: ['close'],
  outputs: ['tema'],
  warmup: (p) => 3 * (p.period - 1),
  batch({ close }, p) {
    const once = ema(close, p.period);
    const twice = ema(once, p.period);
    const thrice = ema(twice, p.period);
    return { tema: mapColumn(once, (value, i) => 3 * value - 3 * twice[i]! + thrice[i]!) };
  },
  stream(p) {
    const [first, second, third] = [emaStream(p.period), emaStream(p.period), emaStream(p.period)];
    return {
      next({ close }) {
        const once = first.next(close);
        const twice = second.next(once);
        return { tema: 3 * once - 3 * twice + third.next(twice) };
      },
    };
  },
});
