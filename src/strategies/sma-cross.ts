import { AppError } from '../domain/errors.ts';
import { smaStream } from '../indicators/sma.ts';
import { defineStrategy, lookback, shorts, side, type Target } from './strategy.ts';

/** Trend following in its oldest form. */
export const smaCross = defineStrategy({
  name: 'sma-cross',
  title: 'Crossing averages',
  description: 'Long while the fast simple average is above the slow one, short while it is below.',
  parameters: {
    fast: lookback(20, 'Bars of the fast average'),
    slow: lookback(50, 'Bars of the slow average'),
    shorts,
  },
  warmup: ({ slow }) => slow - 1,
  start({ fast, slow, shorts: mayShort }) {
    if (fast >= slow) throw new AppError('invalid_input', `sma-cross fast (${fast}) must be below slow (${slow}).`);
    const quick = smaStream(fast);
    const calm = smaStream(slow);
    let held: Target = 0;
    return {
      next({ close }) {
        held = side(quick.next(close), calm.next(close), mayShort, held);
        return held;
      },
    };
  },
});
