import { bbandsIndicator } from '../indicators/bbands.ts';
import { bands } from './bollinger-reversion.ts';
import { defineStrategy, type Target } from './strategy.ts';

/** A close outside the bands is the start of something. */
export const bollingerBreakout = defineStrategy({
  name: 'bollinger-breakout',
  title: 'Bollinger breakout',
  description: 'Long from a close above the upper band to one below the middle; short the other way round.',
  parameters: bands,
  warmup: ({ period }) => period - 1,
  start({ period, deviations, shorts: mayShort }) {
    const lines = bbandsIndicator.stream({ period, up: deviations, down: deviations });
    let held: Target = 0;
    return {
      next(bar) {
        const { upper, middle, lower } = lines.next(bar);
        if (bar.close > upper) held = 1;
        else if (bar.close < lower) held = mayShort ? -1 : 0;
        else if ((held === 1 && bar.close < middle) || (held === -1 && bar.close > middle)) held = 0;
        return held;
      },
    };
  },
});
