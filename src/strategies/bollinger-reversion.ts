import { bbandsIndicator } from '../indicators/bbands.ts';
import { defineStrategy, lookback, shorts, type Target } from './strategy.ts';

export const bands = {
  period: lookback(20, 'Bars of the bands'),
  deviations: { type: 'number', default: 2, min: 0.1, max: 10, title: 'Standard deviations to each side' },
  shorts,
} as const;

/** A close outside the bands is an exaggeration. */
export const bollingerReversion = defineStrategy({
  name: 'bollinger-reversion',
  title: 'Bollinger reversion',
  description: 'Long from a close below the lower band back to the middle; short from above the upper one.',
  parameters: bands,
  warmup: ({ period }) => period - 1,
  start({ period, deviations, shorts: mayShort }) {
    const lines = bbandsIndicator.stream({ period, up: deviations, down: deviations });
    let held: Target = 0;
    return {
      next(bar) {
        const { upper, middle, lower } = lines.next(bar);
        if (bar.close < lower) held = 1;
        else if (bar.close > upper) held = mayShort ? -1 : 0;
        else if ((held === 1 && bar.close >= middle) || (held === -1 && bar.close <= middle)) held = 0;
        return held;
      },
    };
  },
});
