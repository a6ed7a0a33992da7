import { atr, atrStream } from './atr.ts';
import { defineIndicator, period } from './definition.ts';
import { undefinedColumn } from './window.ts';

/** Bands around the middle of the bar that only tighten until the close crosses one; the trend then turns. */
function trendFollower(multiplier: number) {
  const state = { supertrend: Number.NaN, direction: Number.NaN };
  let [upper, lower, closeBefore] = [Number.NaN, Number.NaN, Number.NaN];
  return {
    state,
    take(high: number, low: number, close: number, range: number) {
      if (Number.isNaN(range)) {
        closeBefore = close;
        return;
      }
      const middle = (high + low) / 2;
      const [newUpper, newLower] = [middle + multiplier * range, middle - multiplier * range];
      const started = !Number.isNaN(upper);
      upper = started && newUpper >= upper && closeBefore <= upper ? upper : newUpper;
      lower = started && newLower <= lower && closeBefore >= lower ? lower : newLower;
      if (!started) state.direction = close >= middle ? 1 : -1;
      else if (state.direction > 0 && close < lower) state.direction = -1;
      else if (state.direction < 0 && close > upper) state.direction = 1;
      state.supertrend = state.direction > 0 ? lower : upper;
      closeBefore = close;
    },
  };
}

export const supertrendIndicator = defineIndicator({
  name: 'supertrend',
  title: 'SuperTrend',
  source: 'O. Seban: trailing band of k average true ranges (Wilder) around (high + low) / 2; direction 1 up, -1 down',
  unit: 'price',
  parameters: {
    period: period(10, 1),
    multiplier: { type: 'number', default: 3, min: 0, max: 100, title: 'Average true ranges to the band' },
  },
  inputs: ['high', 'low', 'close'],
  outputs: ['supertrend', 'direction'],
  warmup: (p) => p.period,
  batch(columns, p) {
    const { high, low, close } = columns;
    const range = atr(columns, p.period);
    const { state, take } = trendFollower(p.multiplier);
    const [supertrend, direction] = [undefinedColumn(close.length), undefinedColumn(close.length)];
    for (let i = 0; i < close.length; i++) {
      take(high[i]!, low[i]!, close[i]!, range[i]!);
      supertrend[i] = state.supertrend;
      direction[i] = state.direction;
    }
    return { supertrend, direction };
  },
  stream(p) {
    const range = atrStream(p.period);
    const { state, take } = trendFollower(p.multiplier);
    return {
      next(bar) {
        take(bar.high, bar.low, bar.close, range.next(bar));
        return { ...state };
      },
    };
  },
});
