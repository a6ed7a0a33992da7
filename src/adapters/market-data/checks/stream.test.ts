import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar } from '../../../domain/bar.ts';
import { requireInstrument } from '../../../domain/instruments.ts';
import type { Defect } from '../../../domain/quality.ts';
import { HOUR, parseTime } from '../../../domain/time.ts';
import { sessionCalendar } from '../../calendar/sessions.ts';
import { checkBars } from '../check-bars.ts';
import { createSequenceCheck } from './sequence.ts';
import { createBarCheck } from './stream.ts';

const context = { instrument: requireInstrument('EURUSD'), interval: '1h' as const, calendar: sessionCalendar };
const start = parseTime('2025-06-09T00:00:00Z');
/** What only the bars after a bar can tell. */
const needFuture = new Set(['spike', 'wrong-scale', 'unadjusted-split']);
const toldByPast = (defects: readonly Defect[]) => defects.filter((each) => !needFuture.has(each.flag)).length;

const price = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: 1, max: 1.2, noNaN: true }) },
  fc.constantFrom(0, -1, 9),
);
const anyBar = fc
  .record({
    prices: fc.tuple(price, price, price, price),
    inBounds: fc.boolean(),
    volume: fc.constantFrom(0, 5, -1),
    step: fc.constantFrom(1, 1, 1, 1, 2, 40, 0, -1, -3),
  })
  .map(({ prices, inBounds, volume, step }) => ({ prices: inBounds ? prices.toSorted() : prices, volume, step }));

function barsOf(rows: { prices: number[]; volume: number; step: number }[]): Bar[] {
  let hour = 0;
  return rows.map(({ prices: [low, open, close, high], volume, step }) => {
    hour += step;
    const openTime = start + hour * HOUR;
    const values = { open: open!, high: high!, low: low!, close: close!, volume };
    return { openTime, closeTime: openTime + HOUR, receiveTime: openTime + HOUR, ...values };
  });
}

/** Whether a bar was set apart because the one after it is older: no stream can know that. */
const runsAhead = (defects: readonly Defect[]) => defects.some((each) => each.reason.startsWith('It comes before'));

describe('bars judged one by one', () => {
  it('get the verdicts of the whole list, when each may look at the one after it', () => {
    fc.assert(
      fc.property(fc.array(anyBar, { maxLength: 40 }), (rows) => {
        const bars = barsOf(rows);
        const judge = createSequenceCheck();
        const rejected = bars.filter((bar, i) => judge(bar, bars[i + 1]));
        expect(rejected).toHaveLength(toldByPast(checkBars(bars, context).defects));
      }),
    );
  });

  it('get them from the past alone, as long as no bar runs ahead of the next', () => {
    fc.assert(
      fc.property(fc.array(anyBar, { maxLength: 40 }), (rows) => {
        const bars = barsOf(rows);
        const whole = checkBars(bars, context);
        fc.pre(!runsAhead(whole.defects));
        const next = createBarCheck(context);
        const verdicts = bars.map((bar) => next(bar));
        const streamed = bars.flatMap((bar, i) => {
          const { fault } = verdicts[i]!;
          return fault ? [{ ...fault, at: new Date(bar.openTime).toISOString(), bar }] : [];
        });
        const past = whole.defects.filter((each) => !needFuture.has(each.flag));
        expect(streamed.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))).toEqual(past);
        // Where the future took no bar out, the gaps between them are the same too.
        if (past.length === whole.defects.length) {
          expect(verdicts.flatMap(({ gap }) => gap ?? [])).toEqual(whole.gaps);
        }
      }),
    );
  });

  it('are told of a repeated time only as far back as the stream remembers', () => {
    const next = createBarCheck(context);
    const [bar] = barsOf([{ prices: [1, 1.1, 1.1, 1.2], volume: 1, step: 1 }]);
    expect(next(bar!)).toEqual({});
    expect(next(bar!).fault?.flag).toBe('duplicate');
    for (let i = 1; i <= 1_000; i++) next({ ...bar!, openTime: bar!.openTime + i, closeTime: bar!.closeTime + i });
    expect(next(bar!).fault?.flag).toBe('out-of-order');
  });
});
