import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needsShared, sharedText } from '../testing/shared.ts';
import { type Bar, resample, toSeries } from './bar.ts';
import { type Print, tickBars } from './tick-bars.ts';
import { HOUR, MINUTE, SECOND } from './time.ts';

const START = Date.UTC(2025, 5, 18, 14);
const print = (price: number, at: number, size = 1): Print => ({
  price,
  size,
  eventTime: START + at,
  receiveTime: START + at + 20,
});
const shape = ({ openTime, open, high, low, close, volume }: Bar) => [openTime - START, open, high, low, close, volume];

describe('bars from prints', () => {
  it('open with the first print, close with the last and hold all that was traded', () => {
    const bars = tickBars('1m');
    for (const [price, at] of [
      [10, 0],
      [12, 20 * SECOND],
      [9, 40 * SECOND],
      [11, MINUTE - 1],
      [13, MINUTE],
    ]) {
      expect(bars.add(print(price!, at!, 2))).toBe(true);
    }
    expect(bars.complete(START + MINUTE - 1)).toEqual([]);
    expect(bars.complete(START + MINUTE).map(shape)).toEqual([[0, 10, 12, 9, 11, 8]]);
    expect(shape(bars.forming()!)).toEqual([MINUTE, 13, 13, 13, 13, 2]);
  });

  it('take a late print where it belongs, while the bar is not complete', () => {
    const bars = tickBars('1m', { grace: 2 * SECOND });
    bars.add(print(10, 30 * SECOND));
    bars.add(print(20, MINUTE + 1));
    bars.add(print(11, 45 * SECOND));
    bars.add(print(8, 10 * SECOND));
    expect(bars.complete(START + MINUTE + 1)).toEqual([]);
    expect(bars.complete(START + MINUTE + 2 * SECOND).map(shape)).toEqual([[0, 8, 11, 8, 11, 3]]);
    expect(bars.add(print(99, 50 * SECOND))).toBe(false);
    expect(shape(bars.forming()!)).toEqual([MINUTE, 20, 20, 20, 20, 1]);
  });

  it('have none for a minute in which nothing traded', () => {
    const bars = tickBars('1m');
    bars.add(print(10, 0));
    bars.add(print(11, 5 * MINUTE));
    expect(bars.complete(START + HOUR).map((bar) => bar.openTime - START)).toEqual([0, 5 * MINUTE]);
    expect(bars.forming()).toBeUndefined();
  });

  it('are complete when the calendar says so, before their time is over', () => {
    const bars = tickBars('1d', { isComplete: (_openTime, at) => at >= START + HOUR });
    bars.add(print(10, 0));
    expect(bars.complete(START + HOUR - 1)).toEqual([]);
    expect(bars.complete(START + HOUR)).toHaveLength(1);
  });

  const trades = fc
    .array(
      fc.record({ price: fc.integer({ min: 1, max: 50 }), size: fc.integer({ min: 0, max: 9 }), at: fc.nat(HOUR) }),
    )
    .map((all) => all.sort((a, b) => a.at - b.at).map(({ price, size, at }) => print(price, at, size)));

  it('of an hour are those that its minutes add up to', () => {
    fc.assert(
      fc.property(trades, (prints) => {
        const [minutes, quarters] = [tickBars('1m'), tickBars('15m')];
        for (const each of prints) {
          minutes.add(each);
          quarters.add(each);
        }
        const end = START + 2 * HOUR;
        // `resample` takes a coarse bar for complete once a finer one reaches its end: this one does, and is cut off.
        const last: Bar = { ...shapeless, openTime: end - MINUTE, closeTime: end };
        const fine = toSeries('BTCUSDT', '1m', [...minutes.complete(end), last]);
        const summed = resample(fine, '15m');
        const direct = toSeries('BTCUSDT', '15m', quarters.complete(end));
        for (const column of ['openTime', 'open', 'high', 'low', 'close', 'volume'] as const) {
          expect(Array.from(summed[column]).slice(0, -1)).toEqual(Array.from(direct[column]));
        }
      }),
    );
  });
  const shapeless = { open: 1, high: 1, low: 1, close: 1, volume: 0, receiveTime: 0 };
});

/** The recorded stream of Binance, line by line, as raw text. */
const recorded = ['fixtures', 'binance', 'ws_spot_btcusdt_20240808_first_6000.jsonl.gz'];
describe.skipIf(!needsShared('bars from recorded Binance trades', ...recorded))('bars of recorded trades', () => {
  interface Trade {
    e: string;
    p: string;
    q: string;
    T: number;
  }
  const trades = () =>
    sharedText(...recorded)
      .split('\n')
      .filter((line) => line.includes('@trade"'))
      .map((line) => JSON.parse(line.slice(line.indexOf(' '))).data as Trade);

  it('are what the raw lines add up to', () => {
    const lines = trades();
    const bars = tickBars('1m');
    for (const { p, q, T } of lines) {
      expect(bars.add({ price: Number(p), size: Number(q), eventTime: T, receiveTime: T })).toBe(true);
    }
    const built = bars.complete(lines.at(-1)!.T + MINUTE);

    const minutes = [...new Set(lines.map(({ T }) => Math.floor(T / 60_000)))];
    const plain = minutes.map((minute) => {
      const inside = lines.filter(({ T }) => Math.floor(T / 60_000) === minute);
      const prices = inside.map(({ p }) => Number(p));
      return {
        openTime: minute * 60_000,
        open: prices[0],
        high: Math.max(...prices),
        low: Math.min(...prices),
        close: prices.at(-1),
        volume: inside.reduce((sum, { q }) => sum + Number(q), 0),
      };
    });
    expect(lines).toHaveLength(1_123);
    expect(built).toHaveLength(plain.length);
    expect(built).toMatchObject(plain);
  });
});
