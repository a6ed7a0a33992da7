import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar } from '../../../domain/bar.ts';
import type { CorporateAction } from '../../../domain/corporate-action.ts';
import { requireInstrument } from '../../../domain/instruments.ts';
import { DAY } from '../../../domain/time.ts';
import { repairOf } from './repair.ts';
import { findOffScale } from './scale.ts';

const EURUSD = requireInstrument('EURUSD');
const AAPL = requireInstrument('AAPL');
const start = Date.UTC(2025, 0, 1);
/** Forty days that move by up to two percent. */
const days = Array.from({ length: 40 }, (_, i): Bar => {
  const close = 20 + Math.sin(i) * 0.2;
  const times = { openTime: start + i * DAY, closeTime: start + (i + 1) * DAY, receiveTime: 0 };
  return { ...times, open: close - 0.05, high: close + 0.1, low: close - 0.1, close, volume: 1_000 + i };
});
const times = (bar: Bar, factor: number): Bar => ({
  ...bar,
  ...{ open: bar.open * factor, high: bar.high * factor, low: bar.low * factor, close: bar.close * factor },
});
const split = (ratio: number, day: number): CorporateAction => ({
  ...{ id: 's', symbol: 'AAPL', kind: 'split', ratio, effectiveTime: start + day * DAY, eventTime: 0 },
  ...{ receiveTime: 0, source: 'test' },
});

describe('findOffScale', () => {
  it('finds any run in another unit, and its repair gives the bars back', () => {
    const run = fc.tuple(
      fc.integer({ min: 0, max: 39 }),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(-4, -2, 1, 2, 5),
    );
    fc.assert(
      fc.property(run, ([from, length, tens]) => {
        const inRun = (i: number) => i >= from && i < from + length;
        const bars = days.map((bar, i) => (inRun(i) ? times(bar, 10 ** tens) : bar));
        const found = findOffScale(bars, EURUSD);
        expect([...found.keys()].sort((a, b) => a - b)).toEqual(days.flatMap((_, i) => (inRun(i) ? [i] : [])));
        for (const [i, off] of found) {
          const { bar } = repairOf(bars[i]!, off);
          for (const name of ['open', 'high', 'low', 'close'] as const)
            expect(bar[name]).toBeCloseTo(days[i]![name], 8);
          expect(bar.volume).toBe(days[i]!.volume);
        }
      }),
    );
  });

  it('believes the scale at which there was trade', () => {
    const bars = days.map((bar, i) => ({ ...times(bar, i >= 10 && i < 15 ? 100 : 1), volume: i === 12 ? 500 : 0 }));
    const found = findOffScale(bars, EURUSD);
    expect(found.size).toBe(35);
    expect(found.has(12)).toBe(false);
  });

  it('leaves a jump of a share that stays: it may be a split', () => {
    const bars = days.map((bar, i) => (i < 20 ? bar : times(bar, 0.1)));
    expect(findOffScale(bars, AAPL).size).toBe(0);
    expect(findOffScale(bars, EURUSD).size).toBe(20);
  });

  it('finds a bar on the wrong side of a split, and counts its shares anew', () => {
    const bars = days.map((bar, i) => (i === 17 ? { ...times(bar, 1 / 4), volume: 4_068 } : bar));
    const found = findOffScale(bars, AAPL, [split(4, 19)]);
    expect([...found].map(([i, { flag, factor }]) => [i, flag, factor])).toEqual([[17, 'unadjusted-split', 4]]);
    expect(repairOf(bars[17]!, found.get(17)!)).toMatchObject({
      rule: 'prices x 4, volume the other way',
      bar: { volume: 1_017 },
    });
    // Without the split, or months from it, a fall to a quarter and back is a spike, not a scale.
    expect(findOffScale(bars, AAPL).size).toBe(0);
    expect(findOffScale(bars, AAPL, [split(4, -100)]).size).toBe(0);
  });

  it('takes a split on its own day for the market', () => {
    const bars = days.map((bar, i) => (i < 20 ? bar : times(bar, 0.1)));
    expect(findOffScale(bars, AAPL, [split(10, 20)]).size).toBe(0);
  });

  it('finds one price of a bar in another unit', () => {
    const bars = days.map((bar, i) => (i === 5 ? { ...bar, low: bar.low / 100 } : bar));
    const off = findOffScale(bars, EURUSD).get(5)!;
    expect([off.flag, off.prices]).toEqual(['wrong-scale', ['low']]);
    expect(repairOf(bars[5]!, off)).toMatchObject({ rule: 'low x 100', bar: { high: bars[5]!.high } });
    expect(repairOf(bars[5]!, off).bar.low).toBeCloseTo(days[5]!.low, 8);
  });
});
