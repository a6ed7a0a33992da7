import { defineIndicator, period } from './definition.ts';
import { sma, smaStream } from './sma.ts';
import { createWindow, highestRow, lowestRow, mapColumn, rollingHighest, rollingLowest } from './window.ts';

/** Where `value` stands between low and high, 0 to 100; 0 where they are equal. */
const place = (value: number, low: number, high: number) => {
  const range = (high - low) / 100;
  return range === 0 ? 0 : (value - low) / range;
};

/** Raw %K of values inside the rolling extremes of two columns. */
export function fastK(high: Float64Array, low: Float64Array, close: Float64Array, count: number): Float64Array {
  const highest = rollingHighest(high, count);
  const lowest = rollingLowest(low, count);
  // Undefined extremes make the place undefined, too: NaN - NaN is not 0.
  return mapColumn(close, (value, i) => place(value, lowest[i]!, highest[i]!));
}

export function fastKStream(count: number) {
  const highs = createWindow(count);
  const lows = createWindow(count);
  return {
    next(high: number, low: number, close: number) {
      if (Number.isNaN(high) && highs.count === 0) return Number.NaN;
      highs.push(high);
      lows.push(low);
      if (!highs.full) return Number.NaN;
      const highest = highs.values[highestRow(highs.values, highs.from, count)]!;
      return place(close, lows.values[lowestRow(lows.values, lows.from, count)]!, highest);
    },
  };
}

export const stochIndicator = defineIndicator({
  name: 'stoch',
  title: 'Stochastic oscillator',
  source: 'G. Lane: place of the close in the range of n bars, smoothed twice; TA-Lib STOCH with simple averages',
  unit: 'index',
  parameters: {
    period: period(14, 1),
    slowK: { ...period(3, 1), title: 'Bars that smooth %K' },
    slowD: { ...period(3, 1), title: 'Bars that smooth %D' },
  },
  inputs: ['high', 'low', 'close'],
  outputs: ['k', 'd'],
  warmup: (p) => p.period + p.slowK + p.slowD - 3,
  batch({ high, low, close }, p) {
    const k = sma(fastK(high, low, close, p.period), p.slowK);
    const d = sma(k, p.slowD);
    return { k: mapColumn(k, (value, i) => (Number.isNaN(d[i]!) ? Number.NaN : value)), d };
  },
  stream(p) {
    const raw = fastKStream(p.period);
    const [slowK, slowD] = [smaStream(p.slowK), smaStream(p.slowD)];
    return {
      next({ high, low, close }) {
        const k = slowK.next(raw.next(high, low, close));
        const d = slowD.next(k);
        return { k: Number.isNaN(d) ? d : k, d };
      },
    };
  },
});
