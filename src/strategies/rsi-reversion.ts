import { rsiStream } from '../indicators/rsi.ts';
import { defineStrategy, lookback, shorts, type Target } from './strategy.ts';

/** Buys what was sold too hard, and the other way round; out again at the middle. */
export const rsiReversion = defineStrategy({
  name: 'rsi-reversion',
  title: 'RSI reversion',
  description: 'Long below `low` until the RSI is above `exit`; short above `high` until it is below `exit`.',
  parameters: {
    period: lookback(14, 'Bars of the RSI'),
    low: { type: 'number', default: 30, min: 1, max: 50, title: 'Oversold below' },
    high: { type: 'number', default: 70, min: 50, max: 99, title: 'Overbought above' },
    exit: { type: 'number', default: 50, min: 1, max: 99, title: 'Out at' },
    shorts,
  },
  warmup: ({ period }) => period,
  start({ period, low, high, exit, shorts: mayShort }) {
    const strength = rsiStream(period);
    let held: Target = 0;
    return {
      next({ close }) {
        const value = strength.next(close);
        if (value < low) held = 1;
        else if (value > high) held = mayShort ? -1 : 0;
        else if ((held === 1 && value > exit) || (held === -1 && value < exit)) held = 0;
        return held;
      },
    };
  },
});
