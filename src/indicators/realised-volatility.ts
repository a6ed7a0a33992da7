import { defineIndicator, period } from './definition.ts';
import { stddev, stddevStream } from './stddev.ts';
import { mapColumn, undefinedColumn } from './window.ts';

/** ln(close / close before), NaN in the first row. */
export function logReturns(close: Float64Array): Float64Array {
  const returns = undefinedColumn(close.length);
  for (let i = 1; i < close.length; i++) returns[i] = Math.log(close[i]! / close[i - 1]!);
  return returns;
}

export const realisedVolatilityIndicator = defineIndicator({
  name: 'realised-volatility',
  title: 'Realised volatility',
  source: 'Sample standard deviation of the last n log returns, times the root of the bars in a year',
  unit: 'fraction',
  parameters: {
    period: period(20),
    barsPerYear: { type: 'number', default: 1, min: 1, max: 1e6, title: 'Bars in a year; 1 leaves it per bar' },
  },
  inputs: ['close'],
  outputs: ['volatility'],
  warmup: (p) => p.period,
  reach: (p) => p.period + 1,
  batch({ close }, p) {
    const scale = Math.sqrt(p.barsPerYear);
    return { volatility: mapColumn(stddev(logReturns(close), p.period, p.period - 1), (value) => value * scale) };
  },
  stream(p) {
    const deviation = stddevStream(p.period, p.period - 1);
    const scale = Math.sqrt(p.barsPerYear);
    let before = Number.NaN;
    return {
      next({ close }) {
        const move = Math.log(close / before);
        before = close;
        return { volatility: deviation.next(move) * scale };
      },
    };
  },
});
