import { typicalPrice } from './cci.ts';
import { defineIndicator, period } from './definition.ts';
import { createWindow, undefinedColumn } from './window.ts';

/** Share of the money that flowed on rising bars; flows are signed. Less than 1.0 of flow in all counts as none. */
function flowIndex(flows: Float64Array, from: number, count: number): number {
  let [into, outOf] = [0, 0];
  for (let i = from; i < from + count; i++) {
    const flow = flows[i]!;
    if (flow > 0) into += flow;
    else outOf -= flow;
  }
  const total = into + outOf;
  return total < 1 ? 0 : 100 * (into / total);
}

const signedFlow = (typical: number, before: number, volume: number) =>
  typical > before ? typical * volume : typical < before ? -typical * volume : 0;

export const mfiIndicator = defineIndicator({
  name: 'mfi',
  title: 'Money flow index',
  source: 'G. Quong, A. Soudack (1989): RSI-like share of typical price x volume on rising bars; TA-Lib MFI',
  unit: 'index',
  parameters: { period: period(14) },
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['mfi'],
  warmup: (p) => p.period,
  reach: (p) => p.period + 1,
  batch({ high, low, close, volume }, p) {
    const flows = new Float64Array(close.length);
    const mfi = undefinedColumn(close.length);
    let before = Number.NaN;
    for (let i = 0; i < close.length; i++) {
      const typical = typicalPrice(high[i]!, low[i]!, close[i]!);
      flows[i] = signedFlow(typical, before, volume[i]!);
      before = typical;
      if (i >= p.period) mfi[i] = flowIndex(flows, i - p.period + 1, p.period);
    }
    return { mfi };
  },
  stream(p) {
    const window = createWindow(p.period);
    let before = Number.NaN;
    return {
      next({ high, low, close, volume }) {
        const typical = typicalPrice(high, low, close);
        if (!Number.isNaN(before)) window.push(signedFlow(typical, before, volume));
        before = typical;
        return { mfi: window.full ? flowIndex(window.values, window.from, p.period) : Number.NaN };
      },
    };
  },
});
