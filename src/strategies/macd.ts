import { macdIndicator } from '../indicators/macd.ts';
import { defineStrategy, lookback, shorts, side, type Target } from './strategy.ts';

/** Momentum of momentum. */
export const macd = defineStrategy({
  name: 'macd',
  title: 'MACD',
  description: 'Long while the MACD line is above its signal line, short while it is below.',
  parameters: {
    fast: lookback(12, 'Bars of the fast average'),
    slow: lookback(26, 'Bars of the slow average'),
    signal: lookback(9, 'Bars of the signal line', 1),
    shorts,
  },
  warmup: ({ fast, slow, signal }) => macdIndicator.warmup({ fast, slow, signal }),
  start({ fast, slow, signal, shorts: mayShort }) {
    const lines = macdIndicator.stream({ fast, slow, signal });
    let held: Target = 0;
    return {
      next(bar) {
        held = side(lines.next(bar).histogram, 0, mayShort, held);
        return held;
      },
    };
  },
});
