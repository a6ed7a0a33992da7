import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar } from '../../domain/bar.ts';
import { requireInstrument } from '../../domain/instruments.ts';
import { HOUR } from '../../domain/time.ts';
import { sessionCalendar } from '../calendar/sessions.ts';
import { checkBars } from './check-bars.ts';
import { checkBatches } from './check-batches.ts';

const start = Date.UTC(2025, 5, 16);
const context = { instrument: requireInstrument('AAPL'), interval: '1h' as const, calendar: sessionCalendar };

/** Hours with every kind of fault, planted by what each number says, and a split after the 55th of a longer stretch. */
function hours(faults: readonly number[], split = faults.length > 60): Bar[] {
  return faults.map((fault, i) => {
    const hour = fault === 1 ? i - 1 : fault === 2 ? i + 3 : fault === 3 ? i - 40 : fault === 4 ? i + 90 : i;
    const level = fault === 5 ? 2_000 : fault === 6 ? 320 : fault === 7 ? 20_000 : split && i > 55 ? 50 : 200;
    const close = level * (1 + Math.sin(i) / 200);
    const openTime = start + hour * HOUR;
    const bar = { openTime, closeTime: openTime + HOUR, open: close, high: close * 1.002, low: close * 0.998, close };
    return {
      ...bar,
      volume: 5,
      receiveTime: 0,
      ...(fault === 8 ? { high: close / 2 } : fault === 9 ? { low: -1 } : {}),
    };
  });
}

function inBatches(bars: readonly Bar[], sizes: readonly number[], windows?: { window: number; margin: number }) {
  const check = checkBatches(context, windows);
  const parts = [];
  for (let from = 0, i = 0; from < bars.length; i++) {
    const size = sizes[i % sizes.length]!;
    parts.push(check.add({ bars: bars.slice(from, from + size) }));
    from += size;
  }
  parts.push(check.end());
  const defects = parts.flatMap((each) => each.defects).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return { accepted: parts.flatMap((each) => each.accepted), defects, ...check.found() };
}

describe('bars checked batch by batch', () => {
  const fault = fc.oneof(
    { weight: 30, arbitrary: fc.constant(0) },
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 9 }) },
  );

  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 });
  const key = (each: { at: string; flag: string; reason: string }) => `${each.at} ${each.flag} ${each.reason}`;

  it('are judged as if they had come at once', () => {
    const faults = fc.array(fault, { maxLength: 130, size: 'max' });
    fc.assert(
      fc.property(faults, sizes, (planted, batches) => {
        const bars = hours(planted);
        const { accepted, defects, quality, splits } = checkBars(bars, context);
        const batched = inBatches(bars, batches);
        expect(batched.accepted).toEqual(accepted);
        expect(batched.quality).toEqual(quality);
        expect(batched.splits).toEqual(splits);
        expect(batched.defects.map(key).sort()).toEqual(defects.map(key).sort());
      }),
      { numRuns: 300 },
    );
  });

  it('of a history longer than a window: lone faults are found wherever they lie, and nothing besides', () => {
    const lone = fc.tuple(fc.integer({ min: 0, max: 599 }), fc.constantFrom(1, 5, 7, 8, 9));
    fc.assert(
      fc.property(fc.array(lone, { maxLength: 6 }), sizes, (planted, batches) => {
        const far = planted.filter(([at], i) => planted.every(([other], j) => i === j || Math.abs(at - other) > 15));
        const at = new Map(far);
        const bars = hours(
          Array.from({ length: 600 }, (_, i) => at.get(i) ?? 0),
          false,
        );
        const { accepted, defects } = checkBars(bars, context);
        const batched = inBatches(bars, batches, { window: 100, margin: 40 });
        expect(batched.accepted).toEqual(accepted);
        const place = ({ at, flag }: { at: string; flag: string }) => `${at} ${flag}`;
        expect(batched.defects.map(place).sort()).toEqual(defects.map(place).sort());
      }),
      { numRuns: 200 },
    );
  });

  it('find the split that lies at the edge of two batches', () => {
    const bars = hours(Array.from({ length: 120 }, () => 0));
    expect(checkBars(bars, context).quality.flags).toContain('unadjusted-split');
    for (const window of [51, 54, 55, 56, 57, 60]) {
      const { quality } = inBatches(bars, [1], { window, margin: 20 });
      expect(quality.flags, `window ${window}`).toContain('unadjusted-split');
    }
  });
});
