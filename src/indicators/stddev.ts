import { defineIndicator, period, type ValueStream } from './definition.ts';
import { createWindow, firstDefined, mapColumn, meanOf, squaresAround, undefinedColumn } from './window.ts';

const deviationOf = (values: Float64Array, from: number, count: number, divisor: number) =>
  Math.sqrt(squaresAround(meanOf(values, from, count), values, from, count) / divisor);

/** Standard deviation of the last `count` values; of a population by default, of a sample with divisor `count - 1`. */
export function stddev(values: Float64Array, count: number, divisor = count): Float64Array {
  const out = undefinedColumn(values.length);
  for (let i = firstDefined(values) + count - 1; i < values.length; i++) {
    out[i] = deviationOf(values, i - count + 1, count, divisor);
  }
  return out;
}

export function stddevStream(count: number, divisor = count): ValueStream {
  const window = createWindow(count);
  return {
    next(value) {
      if (!Number.isNaN(value) || window.count > 0) window.push(value);
      return window.full ? deviationOf(window.values, window.from, count, divisor) : Number.NaN;
    },
  };
}

export const stddevIndicator = defineIndicator({
  name: 'stddev',
  title: 'Standard deviation',
  source: 'Population standard deviation of the last n closes, two passes; TA-Lib STDDEV',
  unit: 'price',
  parameters: {
    period: period(20),
    deviations: { type: 'number', default: 1, min: -100, max: 100, title: 'Multiplier' },
  },
  inputs: ['close'],
  outputs: ['stddev'],
  warmup: (p) => p.period - 1,
  reach: (p) => p.period,
  batch: ({ close }, p) => ({ stddev: mapColumn(stddev(close, p.period), (value) => value * p.deviations) }),
  stream(p) {
    const deviation = stddevStream(p.period);
    return { next: ({ close }) => ({ stddev: deviation.next(close) * p.deviations }) };
  },
});
