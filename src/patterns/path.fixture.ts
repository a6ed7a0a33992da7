import fc from 'fast-check';
import { type BarSeries, toSeries } from '../domain/bar.ts';
import { type Interval, intervalMs } from '../domain/time.ts';

const START = Date.UTC(2025, 0, 6);

/**
 * Hourly bars that close where `closes` says and open at the close before. They reach `reach` beyond the close and half
 * of that beyond the open, so that the extreme of a turn is its own bar's.
 */
export function barsThrough(closes: readonly number[], reach = 0.2, interval: Interval = '1h'): BarSeries {
  const step = intervalMs[interval];
  return toSeries(
    'TEST',
    interval,
    closes.map((close, i) => {
      const open = closes[i - 1] ?? close;
      const openTime = START + i * step;
      return {
        openTime,
        closeTime: openTime + step,
        open,
        high: Math.max(open + reach / 2, close + reach),
        low: Math.min(open - reach / 2, close - reach),
        close,
        volume: 1000,
        receiveTime: openTime + step,
      };
    }),
  );
}

/** Bars of the quiet start of `closesThrough`: the average range needs some before it is defined. */
export const LEAD = 20;

/** A quiet start, then closes on straight lines through the turning points, `step` bars each, with a small ripple. */
export function closesThrough(turns: readonly number[], step = 20): number[] {
  const closes = Array.from({ length: LEAD + 1 }, (_, i) => turns[0]! + 0.1 * (i % 2));
  for (let leg = 1; leg < turns.length; leg++) {
    const [from, to] = [turns[leg - 1]!, turns[leg]!];
    for (let i = 1; i <= step; i++) closes.push(from + ((to - from) * i) / step + (i === step ? 0 : 0.1 * (i % 2)));
  }
  return closes;
}

/** Random walks with enough swing for pivots, and the odd flat stretch. */
export const walk = (maxLength = 500) =>
  fc
    .array(fc.tuple(fc.integer({ min: -10, max: 10 }), fc.integer({ min: 0, max: 8 })), { minLength: 30, maxLength })
    .map((moves) => {
      let price = 1_000;
      const closes = moves.map(([move, calm]) => {
        price = Math.max(50, price + (calm === 0 ? 0 : move));
        return price;
      });
      return barsThrough(closes, 1);
    });
