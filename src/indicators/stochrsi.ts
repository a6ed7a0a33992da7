import { defineIndicator, period } from './definition.ts';
import { rsi, rsiStream } from './rsi.ts';
import { sma, smaStream } from './sma.ts';
import { fastK, fastKStream } from './stoch.ts';
import { mapColumn } from './window.ts';

export const stochrsiIndicator = defineIndicator({
  name: 'stochrsi',
  title: 'Stochastic of the relative strength index',
  source: 'T. Chande, S. Kroll, The New Technical Trader (1994); TA-Lib STOCHRSI with a simple average',
  unit: 'index',
  parameters: {
    period: period(14),
    fastK: { ...period(5, 1), title: 'Bars of the range' },
    fastD: { ...period(3, 1), title: 'Bars that smooth %D' },
  },
  inputs: ['close'],
  outputs: ['k', 'd'],
  warmup: (p) => p.period + p.fastK + p.fastD - 2,
  batch({ close }, p) {
    const strength = rsi(close, p.period);
    const k = fastK(strength, strength, strength, p.fastK);
    const d = sma(k, p.fastD);
    return { k: mapColumn(k, (value, i) => (Number.isNaN(d[i]!) ? Number.NaN : value)), d };
  },
  stream(p) {
    const strength = rsiStream(p.period);
    const raw = fastKStream(p.fastK);
    const smooth = smaStream(p.fastD);
    return {
      next({ close }) {
        const value = strength.next(close);
        const k = raw.next(value, value, value);
        const d = smooth.next(k);
        return { k: Number.isNaN(d) ? d : k, d };
      },
    };
  },
});
