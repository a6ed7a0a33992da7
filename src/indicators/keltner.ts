import { atr, atrStream } from './atr.ts';
import { defineIndicator, period } from './definition.ts';
import { ema, emaStream } from './ema.ts';
import { mapColumn } from './window.ts';

export const keltnerIndicator = defineIndicator({
  name: 'keltner',
  title: 'Keltner channel',
  source: 'C. Keltner, as reworked by L. Raschke: EMA of the close plus and minus k average true ranges (Wilder)',
  unit: 'price',
  parameters: {
    period: period(20),
    atrPeriod: { ...period(10, 1), title: 'Bars of the average true range' },
    multiplier: { type: 'number', default: 2, min: 0, max: 100, title: 'Average true ranges to the bands' },
  },
  inputs: ['high', 'low', 'close'],
  outputs: ['upper', 'middle', 'lower'],
  warmup: (p) => Math.max(p.period - 1, p.atrPeriod),
  batch(columns, p) {
    const average = ema(columns.close, p.period);
    const range = atr(columns, p.atrPeriod);
    return {
      upper: mapColumn(average, (value, i) => value + p.multiplier * range[i]!),
      middle: mapColumn(average, (value, i) => (Number.isNaN(range[i]!) ? Number.NaN : value)),
      lower: mapColumn(average, (value, i) => value - p.multiplier * range[i]!),
    };
  },
  stream(p) {
    const average = emaStream(p.period);
    const range = atrStream(p.atrPeriod);
    return {
      next(bar) {
        const value = average.next(bar.close);
        const reach = range.next(bar);
        return {
          upper: value + p.multiplier * reach,
          middle: Number.isNaN(reach) ? reach : value,
          lower: value - p.multiplier * reach,
        };
      },
    };
  },
});
