import { defineIndicator, period } from './definition.ts';
import { ema, emaStream } from './ema.ts';
import { changePercent } from './roc.ts';
import { undefinedColumn } from './window.ts';

export const trixIndicator = defineIndicator({
  name: 'trix',
  title: 'Rate of change of a triple-smoothed average',
  source: 'J. Hutson, Stocks & Commodities (1983): one-bar change of EMA of EMA of EMA in per cent; TA-Lib TRIX',
  unit: 'percent',
  parameters: { period: period(15, 1) },
  inputs: ['close'],
  outputs: ['trix'],
  warmup: (p) => 3 * (p.period - 1) + 1,
  batch({ close }, p) {
    const smooth = ema(ema(ema(close, p.period), p.period), p.period);
    const trix = undefinedColumn(close.length);
    for (let i = 1; i < close.length; i++) trix[i] = changePercent(smooth[i]!, smooth[i - 1]!);
    return { trix };
  },
  stream(p) {
    const [first, second, third] = [emaStream(p.period), emaStream(p.period), emaStream(p.period)];
    let before = Number.NaN;
    return {
      next({ close }) {
        const smooth = third.next(second.next(first.next(close)));
        const trix = changePercent(smooth, before);
        before = smooth;
        return { trix };
      },
    };
  },
});
