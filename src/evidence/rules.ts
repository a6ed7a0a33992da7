import type { BarSeries } from '../domain/bar.ts';
import { macdIndicator } from '../indicators/macd.ts';
import { rsi } from '../indicators/rsi.ts';
import { sma } from '../indicators/sma.ts';

/** A rule with fixed parameters: nothing is fitted, so every bar it is scored on is out of sample. */
export interface RuleRecord {
  name: RuleName;
  /** What it says now: -1, 0 or 1. */
  position: number;
  trades: number;
  /** Share of closed trades that made money after costs; null without one. */
  hitRate: number | null;
  /** Mean net log return of a closed trade; null without one. */
  expectancy: number | null;
  /** Mean net return per bar over its standard error; null where it never held anything. */
  t: number | null;
}

export const ruleNames = ['sma_cross', 'rsi_reversion', 'donchian', 'momentum', 'macd'] as const;
export type RuleName = (typeof ruleNames)[number];

const LEAST_BARS = 80;

const positions: Record<RuleName, (series: BarSeries) => Int8Array> = {
  /** Long above, short below: averages of 20 and 50 bars. */
  sma_cross: ({ close }) => signs(close, minus(sma(close, 20), sma(close, 50))),
  macd: (series) => {
    const { macd, signal } = macdIndicator.batch(series);
    return signs(series.close, minus(macd, signal));
  },
  /** Buys below 30, sells above 70, leaves at 50. */
  rsi_reversion: ({ close }) => {
    const index = rsi(close, 14);
    return hold(close.length, (i, held) => {
      const value = index[i]!;
      // An index of 0 in a market that has not moved is no bargain.
      if (Number.isNaN(value) || (value === 0 && close[i] === close[i - 14])) return 0;
      if (value < 30) return 1;
      if (value > 70) return -1;
      return (held > 0 && value < 50) || (held < 0 && value > 50) ? held : 0;
    });
  },
  /** Follows the close beyond the highest or lowest of the 20 bars before, until it breaks the other side. */
  donchian: ({ close, high, low }) =>
    hold(close.length, (i, held) => {
      if (i < 20) return 0;
      let [top, bottom] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (let k = i - 20; k < i; k++) {
        if (high[k]! > top) top = high[k]!;
        if (low[k]! < bottom) bottom = low[k]!;
      }
      return close[i]! > top ? 1 : close[i]! < bottom ? -1 : held;
    }),
  /** Sign of the move of 50 bars. */
  momentum: ({ close }) => signs(close, (i) => (i < 50 ? Number.NaN : close[i]! - close[i - 50]!)),
};

const minus = (a: Float64Array, b: Float64Array) => (i: number) => a[i]! - b[i]!;

/** Less than this share of the price is rounding, not a difference. */
const NOTHING = 1e-9;

function signs(close: Float64Array, value: (i: number) => number): Int8Array {
  const out = new Int8Array(close.length);
  for (let i = 0; i < close.length; i++) {
    const share = value(i) / close[i]!;
    out[i] = share > NOTHING ? 1 : share < -NOTHING ? -1 : 0;
  }
  return out;
}

function hold(length: number, next: (i: number, held: number) => number): Int8Array {
  const out = new Int8Array(length);
  for (let i = 1; i < length; i++) out[i] = next(i, out[i - 1]!);
  return out;
}

/**
 * The trailing record of each rule on this series. A position decided on a close earns from that close on; changing it
 * by one unit costs `cost`, a fraction of price. Empty below 80 bars.
 */
export function ruleRecords(series: BarSeries, cost: number): RuleRecord[] {
  if (series.length < LEAST_BARS) return [];
  return ruleNames.map((name) => scored(name, positions[name](series), series.close, cost));
}

function scored(name: RuleName, position: Int8Array, close: Float64Array, cost: number): RuleRecord {
  let [count, sum, squares] = [0, 0, 0];
  let [trades, won, earned] = [0, 0, 0];
  let [open, started] = [0, false];
  for (let i = 1; i < close.length; i++) {
    const held = position[i - 1]!;
    const before = i > 1 ? position[i - 2]! : 0;
    const change = Math.abs(held - before) * cost;
    if (held !== before) {
      if (before !== 0) {
        trades++;
        const net = open - cost;
        earned += net;
        if (net > 0) won++;
      }
      open = held === 0 ? 0 : -cost;
    }
    if (held !== 0) started = true;
    if (!started) continue;
    const move = held * Math.log(close[i]! / close[i - 1]!);
    open += move;
    const net = move - change;
    count++;
    sum += net;
    squares += net * net;
  }
  const variance = count > 1 ? (squares - (sum * sum) / count) / (count - 1) : 0;
  const error = Math.sqrt(Math.max(0, variance) / Math.max(1, count));
  return {
    name,
    position: position.at(-1) ?? 0,
    trades,
    hitRate: trades > 0 ? won / trades : null,
    expectancy: trades > 0 ? earned / trades : null,
    t: error > 0 ? sum / count / error : null,
  };
}
