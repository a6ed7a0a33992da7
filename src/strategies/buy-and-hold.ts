import { defineStrategy } from './strategy.ts';

/** The yardstick: whoever does worse than this has worked for nothing. */
export const buyAndHold = defineStrategy({
  name: 'buy-and-hold',
  title: 'Buy and hold',
  description: 'Long from the first bar to the last; bought again whenever a stop or target has closed the position.',
  parameters: {},
  steadfast: true,
  warmup: () => 0,
  start: () => ({ next: () => 1 }),
});
