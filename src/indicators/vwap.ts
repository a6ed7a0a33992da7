import { typicalPrice } from './cci.ts';
import { defineIndicator, period } from './definition.ts';
import { createWindow, mapColumn, sumOf, undefinedColumn } from './window.ts';

export const vwapIndicator = defineIndicator({
  name: 'vwap',
  title: 'Volume-weighted average price (rolling)',
  source: 'Typical price of the last n bars weighted by volume; undefined where none of them has volume',
  unit: 'price',
  parameters: { period: period(20, 1) },
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['vwap'],
  warmup: (p) => p.period - 1,
  reach: (p) => p.period,
  batch({ high, low, close, volume }, p) {
    const turnover = mapColumn(close, (value, i) => typicalPrice(high[i]!, low[i]!, value) * volume[i]!);
    const vwap = undefinedColumn(close.length);
    for (let i = p.period - 1; i < close.length; i++) {
      const from = i - p.period + 1;
      vwap[i] = sumOf(turnover, from, p.period) / sumOf(volume, from, p.period);
    }
    return { vwap };
  },
  stream(p) {
    const [turnover, volumes] = [createWindow(p.period), createWindow(p.period)];
    return {
      next({ high, low, close, volume }) {
        turnover.push(typicalPrice(high, low, close) * volume);
        volumes.push(volume);
        if (!volumes.full) return { vwap: Number.NaN };
        return {
          vwap: sumOf(turnover.values, turnover.from, p.period) / sumOf(volumes.values, volumes.from, p.period),
        };
      },
    };
  },
});
