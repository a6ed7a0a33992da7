import { defineIndicator, period } from './definition.ts';
import { ema, emaStream } from './ema.ts';
import { firstDefined, undefinedColumn } from './window.ts';

const ordered = (p: { fast: number; slow: number }) => [Math.min(p.fast, p.slow), Math.max(p.fast, p.slow)] as const;

export const macdIndicator = defineIndicator({
  name: 'macd',
  title: 'Moving average convergence divergence',
  source: 'G. Appel; fast EMA - slow EMA, both first defined on the same bar; TA-Lib MACD',
  unit: 'price',
  parameters: {
    fast: { ...period(12), title: 'Bars of the fast average' },
    slow: { ...period(26), title: 'Bars of the slow average' },
    signal: { ...period(9, 1), title: 'Bars of the signal line' },
  },
  inputs: ['close'],
  outputs: ['macd', 'signal', 'histogram'],
  warmup: (p) => Math.max(p.fast, p.slow) + p.signal - 2,
  batch({ close }, p) {
    const [fast, slow] = ordered(p);
    const first = firstDefined(close);
    const quick = ema(close, fast, first + slow - fast);
    const late = ema(close, slow, first);
    const macd = undefinedColumn(close.length);
    for (let i = first + slow - 1; i < close.length; i++) macd[i] = quick[i]! - late[i]!;
    const signal = ema(macd, p.signal);
    const histogram = undefinedColumn(close.length);
    const warm = first + slow + p.signal - 2;
    for (let i = warm; i < close.length; i++) histogram[i] = macd[i]! - signal[i]!;
    macd.fill(Number.NaN, 0, warm);
    return { macd, signal, histogram };
  },
  stream(p) {
    const [fast, slow] = ordered(p);
    const [quick, late, smooth] = [emaStream(fast), emaStream(slow), emaStream(p.signal)];
    let seen = 0;
    return {
      next({ close }) {
        if (!Number.isNaN(close) || seen > 0) seen++;
        // The fast average waits, so that both are seeded on the same bar.
        const line = (seen > slow - fast ? quick.next(close) : Number.NaN) - late.next(close);
        const signal = smooth.next(line);
        return { macd: Number.isNaN(signal) ? signal : line, signal, histogram: line - signal };
      },
      peek({ close }) {
        const line = (seen + 1 > slow - fast ? quick.peek(close) : Number.NaN) - late.peek(close);
        const signal = smooth.peek(line);
        return { macd: Number.isNaN(signal) ? signal : line, signal, histogram: line - signal };
      },
    };
  },
});
