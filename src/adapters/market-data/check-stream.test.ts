import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar } from '../../domain/bar.ts';
import { requireInstrument } from '../../domain/instruments.ts';
import { HOUR } from '../../domain/time.ts';
import { sessionCalendar } from '../calendar/sessions.ts';
import { checkBars } from './check-bars.ts';
import { orderGate } from './check-order.ts';
import { checkStream } from './check-stream.ts';
import { moveGauge } from './usual-move.ts';

const start = Date.UTC(2025, 5, 16);
const context = { instrument: requireInstrument('AAPL'), interval: '1h' as const, calendar: sessionCalendar };

/** Hours with every kind of fault: planted by what each number says. */
function hours(faults: readonly number[]): Bar[] {
  return faults.map((fault, i) => {
    const hour = fault === 1 ? i - 1 : fault === 2 ? i + 3 : fault === 3 ? i - 40 : fault === 4 ? i + 90 : i;
    const level =
      fault === 5 ? 2_000 : fault === 6 ? 320 : fault === 7 ? 20_000 : faults.length > 60 && i > 55 ? 50 : 200;
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

/** As an import does it: once for the usual move, then batch by batch. */
function inBatches(bars: readonly Bar[], sizes: readonly number[]) {
  const gauge = moveGauge();
  const gate = orderGate(
    () => {},
    (bar) => gauge.add(bar),
  );
  for (const bar of bars) gate.add(bar);
  gate.end();
  const check = checkStream({ ...context, move: gauge.usual() });
  const parts = [];
  for (let from = 0, i = 0; from < bars.length; i++) {
    const size = sizes[i % sizes.length]!;
    parts.push(check.add(bars.slice(from, from + size)));
    from += size;
  }
  parts.push(check.end());
  const defects = parts.flatMap((each) => each.defects).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return { accepted: parts.flatMap((each) => each.accepted), defects, quality: check.quality() };
}

describe('bars checked batch by batch', () => {
  const fault = fc.oneof(
    { weight: 30, arbitrary: fc.constant(0) },
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 9 }) },
  );

  it('are judged as if they had come at once', () => {
    const faults = fc.array(fault, { maxLength: 130, size: 'max' });
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(faults, sizes, (planted, batches) => {
        const bars = hours(planted);
        const { accepted, defects, quality } = checkBars(bars, context);
        const streamed = inBatches(bars, batches);
        expect(streamed.accepted).toEqual(accepted);
        expect(streamed.quality).toEqual(quality);
        const key = (each: { at: string; flag: string; reason: string }) => `${each.at} ${each.flag} ${each.reason}`;
        expect(streamed.defects.map(key).sort()).toEqual(defects.map(key).sort());
      }),
      { numRuns: 300 },
    );
  });

  it('find the split that lies at the edge of two batches', () => {
    const bars = hours(Array.from({ length: 120 }, () => 0));
    expect(checkBars(bars, context).quality.flags).toContain('unadjusted-split');
    for (const edge of [51, 54, 55, 56, 57, 60]) {
      expect(inBatches(bars, [edge, 200]).quality.flags, `edge ${edge}`).toContain('unadjusted-split');
    }
  });
});
