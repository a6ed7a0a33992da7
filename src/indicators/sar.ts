import { defineIndicator } from './definition.ts';
import { undefinedColumn } from './window.ts';

/**
 * Wilder's stop and reverse. It starts long unless the first down move is the larger; a touch reverses; after a
 * reversal the stop is never inside the range of the last two bars.
 */
function stopAndReverse(step: number, maximum: number) {
  let seen = -1;
  let [high, low] = [0, 0];
  let [long, stop, extreme, speed] = [true, 0, 0, step];

  /** The stop for the next bar, kept outside the last two bars. */
  const advance = (lastHigh: number, lastLow: number) => {
    const next = stop + speed * (extreme - stop);
    stop = long ? Math.min(next, lastLow, low) : Math.max(next, lastHigh, high);
  };

  return function take(newHigh: number, newLow: number): number {
    let [lastHigh, lastLow] = [high, low];
    high = newHigh;
    low = newLow;
    seen++;
    if (seen === 0) return Number.NaN;
    if (seen === 1) {
      const [up, down] = [high - lastHigh, lastLow - low];
      long = !(down > 0 && down > up);
      extreme = long ? high : low;
      stop = long ? lastLow : lastHigh;
      [lastHigh, lastLow] = [high, low];
    }
    const touched = long ? low <= stop : high >= stop;
    if (touched) {
      long = !long;
      stop = long ? Math.min(extreme, lastLow, low) : Math.max(extreme, lastHigh, high);
      extreme = long ? high : low;
      speed = step;
    }
    const today = stop;
    const further = long ? high > extreme : low < extreme;
    if (!touched && further) {
      extreme = long ? high : low;
      speed = Math.min(speed + step, maximum);
    }
    advance(lastHigh, lastLow);
    return today;
  };
}

export const sarIndicator = defineIndicator({
  name: 'sar',
  title: 'Parabolic stop and reverse',
  source: 'J. W. Wilder, New Concepts in Technical Trading Systems (1978); TA-Lib SAR',
  unit: 'price',
  parameters: {
    step: { type: 'number', default: 0.02, min: 0, max: 10, title: 'Acceleration per new extreme' },
    maximum: { type: 'number', default: 0.2, min: 0, max: 10, title: 'Largest acceleration' },
  },
  inputs: ['high', 'low'],
  outputs: ['sar'],
  warmup: () => 1,
  batch({ high, low }, p) {
    const take = stopAndReverse(Math.min(p.step, p.maximum), p.maximum);
    const sar = undefinedColumn(high.length);
    for (let i = 0; i < high.length; i++) sar[i] = take(high[i]!, low[i]!);
    return { sar };
  },
  stream(p) {
    const take = stopAndReverse(Math.min(p.step, p.maximum), p.maximum);
    return { next: ({ high, low }) => ({ sar: take(high, low) }) };
  },
});
