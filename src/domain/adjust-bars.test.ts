import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needsShared, sharedText } from '../testing/shared.ts';
import { adjustBars, unadjustBars } from './adjust-bars.ts';
import type { Bar } from './bar.ts';
import type { CorporateAction } from './corporate-action.ts';
import { DAY, parseTime } from './time.ts';

const START = parseTime('2020-08-24');
const day = (i: number, close: number, volume = 1_000): Bar => {
  const openTime = START + i * DAY;
  const prices = { open: close, high: close * 1.01, low: close * 0.99, close };
  return { openTime, closeTime: openTime + DAY, ...prices, volume, receiveTime: openTime + DAY };
};
const dated = (effectiveTime: number) => ({
  ...{ id: `a${effectiveTime}`, symbol: 'AAPL', effectiveTime, eventTime: effectiveTime },
  ...{ receiveTime: effectiveTime, source: 'test' },
});
const split = (i: number, ratio: number): CorporateAction => ({ ...dated(START + i * DAY), kind: 'split', ratio });
const dividend = (i: number, amount: number): CorporateAction => ({
  ...dated(START + i * DAY),
  ...{ kind: 'dividend', amount, currency: 'USD' },
});
const later = START + 1_000 * DAY;
const closes = (bars: readonly Bar[]) => bars.map((bar) => Number(bar.close.toFixed(9)));

describe('adjusting bars', () => {
  it('puts prices before a split on the scale after it, and volumes with them', () => {
    const bars = [day(0, 500), day(1, 508), day(2, 129)];
    const adjusted = adjustBars(bars, [split(2, 4)], 'split', later);
    expect(closes(adjusted)).toEqual([125, 127, 129]);
    expect(adjusted.map((bar) => bar.volume)).toEqual([4_000, 4_000, 1_000]);
  });

  it('takes a dividend out of the prices before it, by the last close that had it', () => {
    const adjusted = adjustBars([day(0, 90), day(1, 100), day(2, 99)], [dividend(2, 1)], 'all', later);
    expect(closes(adjusted)).toEqual([89.1, 99, 99]);
    expect(adjustBars([day(0, 90), day(1, 100)], [dividend(1, 1)], 'split', later)).toEqual([day(0, 90), day(1, 100)]);
  });

  it('knows nothing of what happens after asOf', () => {
    const bars = [day(0, 500), day(1, 508)];
    expect(adjustBars(bars, [split(2, 4)], 'all', START + 2 * DAY - 1)).toEqual(bars);
  });

  it('leaves a dividend out that no earlier close can scale', () => {
    const bars = [day(5, 100), day(6, 101)];
    expect(adjustBars(bars, [dividend(2, 1)], 'all', later)).toEqual(bars);
    expect(adjustBars([day(0, 0.5), day(1, 0.4)], [dividend(1, 1)], 'all', later)).toEqual([day(0, 0.5), day(1, 0.4)]);
  });

  it('and back again gives the prices as they were traded', () => {
    const actions = fc.array(
      fc.oneof(
        fc
          .tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom(2, 4, 7, 0.1, 1.5))
          .map(([i, ratio]) => split(i, ratio)),
        fc
          .tuple(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0.01, max: 3, noNaN: true }))
          .map(([i, a]) => dividend(i, a)),
      ),
      { maxLength: 6 },
    );
    const history = fc.array(fc.double({ min: 10, max: 900, noNaN: true }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(history, actions, fc.constantFrom('split', 'dividend', 'all'), (prices, list, kind) => {
        const bars = prices.map((close, i) => day(i, close));
        // Two actions without a bar between them have no order of their own.
        const last = bars.at(-1)!.openTime;
        const unique = [
          ...new Map(
            list.filter((each) => each.effectiveTime <= last).map((each) => [each.effectiveTime, each]),
          ).values(),
        ];
        const back = unadjustBars(adjustBars(bars, unique, kind, later), unique, kind, later);
        for (const [i, bar] of back.entries()) {
          expect(Math.abs(bar.close / bars[i]!.close - 1)).toBeLessThan(1e-9);
          expect(Math.abs(bar.volume / bars[i]!.volume - 1)).toBeLessThan(1e-9);
        }
      }),
    );
  });

  it.skipIf(!needsShared('the factor file of AAPL', 'data', 'ohlcv', 'equity'))(
    'agrees with the factors that another platform computed for AAPL',
    () => {
      const rows = (name: string) =>
        sharedText('data', 'ohlcv', 'equity', name)
          .trim()
          .split('\n')
          .map((line) => line.split(','));
      const factors = rows('factors/AAPL_factor_file.csv')
        .map(([date = '', price, ratio]) => ({
          date: parseTime(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`),
          price: Number(price),
          split: Number(ratio),
        }))
        .sort((a, b) => a.date - b.date);
      const bars = rows('AAPL_1d_lean_raw_1998-2021.csv.gz')
        .slice(1)
        .map(([time = '', open, high, low, close, volume]) => {
          const openTime = parseTime(time.slice(0, 10));
          const [o, h, l, c] = [open, high, low, close].map((each) => Number(each) / 10_000);
          const prices = { open: o!, high: h!, low: l!, close: c! };
          return { openTime, closeTime: openTime + DAY, ...prices, volume: Number(volume), receiveTime: openTime };
        });
      // A row's factors hold up to and including its date; a change between two rows is an action on the day after.
      const actions = factors.slice(0, -1).flatMap((row, i): CorporateAction[] => {
        const next = factors[i + 1]!;
        const effective = dated(row.date + DAY);
        const ratio = next.split / row.split;
        if (Math.abs(ratio - 1) > 1e-6) return [{ ...effective, kind: 'split', ratio }];
        const close = bars.findLast((bar) => bar.openTime <= row.date)?.close;
        const share = row.price / next.price;
        if (close === undefined || Math.abs(share - 1) < 1e-9) return [];
        return [{ ...effective, kind: 'dividend', amount: close * (1 - share), currency: 'USD' }];
      });
      const adjusted = adjustBars(bars, actions, 'all', later);
      let compared = 0;
      for (const [i, bar] of bars.entries()) {
        const row = factors.find((each) => bar.openTime <= each.date);
        if (!row) continue;
        compared += 1;
        expect(adjusted[i]!.close / bar.close / (row.price * row.split)).toBeCloseTo(1, 4);
      }
      expect(compared).toBeGreaterThan(5_000);
      expect(actions.filter((each) => each.kind === 'split').length).toBeGreaterThanOrEqual(3);
    },
  );
});
