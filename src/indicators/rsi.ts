import { defineIndicator, type PeekingStream, period } from './definition.ts';
import { firstDefined, undefinedColumn } from './window.ts';

/** "Is zero" as TA-Lib has it. */
const TINY = 1e-14;

// The order of these operations is TA-Lib's on purpose: in a flat market both averages decay alike and the index must
// stay where it is to the last bit, because a stochastic of it would blow rounding up to full swings.
const index = (gain: number, loss: number) => {
  const total = gain + loss;
  return total < TINY ? 0 : 100 * (gain / total);
};

/** Relative strength index of values, 0 to 100; 0 where nothing has moved. */
export function rsi(values: Float64Array, count: number): Float64Array {
  const out = undefinedColumn(values.length);
  const first = firstDefined(values);
  if (first + count >= values.length) return out;
  let gain = 0;
  let loss = 0;
  for (let i = first + 1; i <= first + count; i++) {
    const change = values[i]! - values[i - 1]!;
    if (change < 0) loss -= change;
    else gain += change;
  }
  gain /= count;
  loss /= count;
  out[first + count] = index(gain, loss);
  for (let i = first + count + 1; i < values.length; i++) {
    const change = values[i]! - values[i - 1]!;
    const size = Math.abs(change);
    gain = (gain * (count - 1) + (size + change) / 2) / count;
    loss = (loss * (count - 1) + (size - change) / 2) / count;
    out[i] = index(gain, loss);
  }
  return out;
}

export function rsiStream(count: number): PeekingStream {
  let seen = -1;
  let before = 0;
  let gain = 0;
  let loss = 0;
  return {
    next(value) {
      if (Number.isNaN(value) && seen < 0) return Number.NaN;
      const change = value - before;
      before = value;
      seen++;
      if (seen === 0) return Number.NaN;
      if (seen <= count) {
        if (change < 0) loss -= change;
        else gain += change;
        if (seen < count) return Number.NaN;
        gain /= count;
        loss /= count;
      } else {
        const size = Math.abs(change);
        gain = (gain * (count - 1) + (size + change) / 2) / count;
        loss = (loss * (count - 1) + (size - change) / 2) / count;
      }
      return index(gain, loss);
    },
    peek(value) {
      if (seen + 1 < count) return Number.NaN;
      const change = value - before;
      const size = Math.abs(change);
      const [up, down] = [(size + change) / 2, (size - change) / 2];
      if (seen >= count) return index((gain * (count - 1) + up) / count, (loss * (count - 1) + down) / count);
      return index((change < 0 ? gain : gain + change) / count, (change < 0 ? loss - change : loss) / count);
    },
  };
}

export const rsiIndicator = defineIndicator({
  name: 'rsi',
  title: 'Relative strength index',
  source: 'J. W. Wilder, New Concepts in Technical Trading Systems (1978), Wilder smoothing; TA-Lib RSI',
  unit: 'index',
  parameters: { period: period(14) },
  inputs: ['close'],
  outputs: ['rsi'],
  warmup: (p) => p.period,
  batch: ({ close }, p) => ({ rsi: rsi(close, p.period) }),
  stream(p) {
    const strength = rsiStream(p.period);
    return {
      next: ({ close }) => ({ rsi: strength.next(close) }),
      peek: ({ close }) => ({ rsi: strength.peek(close) }),
    };
  },
});
