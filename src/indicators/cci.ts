import { defineIndicator, period } from './definition.ts';
import { createWindow, mapColumn, meanOf, undefinedColumn } from './window.ts';

/** High, low and close in equal parts. */
export const typicalPrice = (high: number, low: number, close: number) => (high + low + close) / 3;

function channelIndex(typical: Float64Array, from: number, count: number): number {
  const mean = meanOf(typical, from, count);
  let spread = 0;
  for (let i = from; i < from + count; i++) spread += Math.abs(typical[i]! - mean);
  const distance = typical[from + count - 1]! - mean;
  return distance === 0 || spread === 0 ? 0 : distance / (0.015 * (spread / count));
}

export const cciIndicator = defineIndicator({
  name: 'cci',
  title: 'Commodity channel index',
  source: 'D. Lambert (1980): distance from the mean typical price in 0.015 mean deviations; TA-Lib CCI',
  unit: 'number',
  parameters: { period: period(20) },
  inputs: ['high', 'low', 'close'],
  outputs: ['cci'],
  warmup: (p) => p.period - 1,
  reach: (p) => p.period,
  batch({ high, low, close }, p) {
    const typical = mapColumn(close, (value, i) => typicalPrice(high[i]!, low[i]!, value));
    const cci = undefinedColumn(close.length);
    for (let i = p.period - 1; i < close.length; i++) cci[i] = channelIndex(typical, i - p.period + 1, p.period);
    return { cci };
  },
  stream(p) {
    const window = createWindow(p.period);
    return {
      next({ high, low, close }) {
        window.push(typicalPrice(high, low, close));
        return { cci: window.full ? channelIndex(window.values, window.from, p.period) : Number.NaN };
      },
    };
  },
});
