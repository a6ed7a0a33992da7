import { trueRange } from './atr.ts';
import { defineIndicator, type PlainBar, period } from './definition.ts';
import { undefinedColumn } from './window.ts';

const TINY = 1e-14;

/**
 * Wilder's directional system, one bar at a time. Movement and range are plain sums over the first n - 1 changes, then
 * `x - x / n + new`. A tie of up and down movement counts as neither. Where the range or both indices are zero, the
 * average keeps its value.
 */
function directionalSystem(count: number) {
  // Plain fields of one object, so that the batch loop below runs without boxing.
  const system = { plusDi: Number.NaN, minusDi: Number.NaN, adx: Number.NaN };
  let seen = -1;
  let [high, low, close] = [0, 0, 0];
  let [plus, minus, range] = [0, 0, 0];
  let average = 0;
  return {
    system,
    take(newHigh: number, newLow: number, newClose: number) {
      const up = newHigh - high;
      const down = low - newLow;
      const reach = trueRange(newHigh, newLow, close);
      high = newHigh;
      low = newLow;
      close = newClose;
      seen++;
      if (seen === 0) return;
      const decay = seen >= count;
      plus = (decay ? plus - plus / count : plus) + (up > 0 && up > down ? up : 0);
      minus = (decay ? minus - minus / count : minus) + (down > 0 && down > up ? down : 0);
      range = (decay ? range - range / count : range) + reach;
      if (!decay) return;
      const moved = Math.abs(range) >= TINY;
      system.plusDi = moved ? 100 * (plus / range) : 0;
      system.minusDi = moved ? 100 * (minus / range) : 0;
      const total = system.plusDi + system.minusDi;
      const defined = moved && Math.abs(total) >= TINY;
      const spread = defined ? 100 * (Math.abs(system.minusDi - system.plusDi) / total) : 0;
      if (seen < 2 * count) average += spread;
      else if (defined) average = (average * (count - 1) + spread) / count;
      if (seen === 2 * count - 1) average /= count;
      if (seen >= 2 * count - 1) system.adx = average;
    },
  };
}

export const adxIndicator = defineIndicator({
  name: 'adx',
  title: 'Average directional index',
  source: 'J. W. Wilder, New Concepts in Technical Trading Systems (1978); TA-Lib ADX, PLUS_DI, MINUS_DI',
  unit: 'index',
  parameters: { period: period(14) },
  inputs: ['high', 'low', 'close'],
  outputs: ['adx', 'plusDi', 'minusDi'],
  /** The directional indices are there after `period` bars, the average of their spread after twice that. */
  warmup: (p) => 2 * p.period - 1,
  batch({ high, low, close }, p) {
    const { system, take } = directionalSystem(p.period);
    const adx = undefinedColumn(close.length);
    const plusDi = undefinedColumn(close.length);
    const minusDi = undefinedColumn(close.length);
    for (let i = 0; i < close.length; i++) {
      take(high[i]!, low[i]!, close[i]!);
      adx[i] = system.adx;
      plusDi[i] = system.plusDi;
      minusDi[i] = system.minusDi;
    }
    return { adx, plusDi, minusDi };
  },
  stream(p) {
    const { system, take } = directionalSystem(p.period);
    return {
      next(bar: PlainBar) {
        take(bar.high, bar.low, bar.close);
        return { ...system };
      },
    };
  },
});
