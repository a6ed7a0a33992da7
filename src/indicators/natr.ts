import { atr, atrStream } from './atr.ts';
import { defineIndicator, period } from './definition.ts';
import { mapColumn } from './window.ts';

const share = (range: number, close: number) => (close === 0 && !Number.isNaN(range) ? 0 : (range / close) * 100);

export const natrIndicator = defineIndicator({
  name: 'natr',
  title: 'Normalised average true range',
  source: 'J. Forman, Stocks & Commodities (2006): ATR in per cent of the close; TA-Lib NATR',
  unit: 'percent',
  parameters: { period: period(14) },
  inputs: ['high', 'low', 'close'],
  outputs: ['natr'],
  warmup: (p) => p.period,
  batch: (columns, p) => ({ natr: mapColumn(atr(columns, p.period), (range, i) => share(range, columns.close[i]!)) }),
  stream(p) {
    const range = atrStream(p.period);
    return { next: (bar) => ({ natr: share(range.next(bar), bar.close) }) };
  },
});
