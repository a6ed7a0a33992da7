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

/** Random walks with swings of their own and the odd flat stretch; shorter ones are simpler. */
export const walk = (maxLength = 500) =>
  fc
    .record({
      length: fc.integer({ min: 30, max: maxLength }),
      seed: fc.integer({ min: 1, max: 1_000_000 }),
      swing: fc.integer({ min: 0, max: 12 }),
      period: fc.integer({ min: 10, max: 60 }),
    })
    .map(({ length, seed, swing, period }) => {
      let state = seed;
      const chance = () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return (state >>> 8) / 2 ** 24;
      };
      let price = 1_000;
      const closes = Array.from({ length }, (_, i) => {
        const calm = i % 97 < 6;
        const move = Math.round((chance() - 0.5) * 20 + swing * Math.cos((2 * Math.PI * i) / period));
        price = Math.max(50, price + (calm ? 0 : move));
        return price;
      });
      return barsThrough(closes, 1);
    });
