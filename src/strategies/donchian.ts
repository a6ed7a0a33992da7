import { donchianIndicator } from '../indicators/donchian.ts';
import { defineStrategy, lookback, shorts, type Target } from './strategy.ts';

/** The turtles' rule: in on a breakout of the long channel, out on one of the short channel against it. */
export const donchian = defineStrategy({
  name: 'donchian',
  title: 'Donchian channels (turtle)',
  description: 'Long on a close above the highest high of the `entry` bars before, out below the lowest low of `exit`.',
  parameters: {
    entry: lookback(20, 'Bars of the entry channel'),
    exit: lookback(10, 'Bars of the exit channel', 1),
    shorts,
  },
  warmup: ({ entry, exit }) => Math.max(entry, exit),
  start({ entry, exit, shorts: mayShort }) {
    const wide = donchianIndicator.stream({ period: entry });
    const narrow = donchianIndicator.stream({ period: exit });
    // The channels of the bars before this one: a bar cannot break out of itself.
    let outer = { upper: Number.NaN, lower: Number.NaN };
    let inner = outer;
    let held: Target = 0;
    return {
      next(bar) {
        if (bar.close > outer.upper) held = 1;
        else if (bar.close < outer.lower) held = mayShort ? -1 : 0;
        else if ((held === 1 && bar.close < inner.lower) || (held === -1 && bar.close > inner.upper)) held = 0;
        outer = wide.next(bar);
        inner = narrow.next(bar);
        return held;
      },
    };
  },
});
