import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjustBars } from '../../../domain/adjust-bars.ts';
import type { Bar } from '../../../domain/bar.ts';
import type { CorporateAction } from '../../../domain/corporate-action.ts';
import { DAY } from '../../../domain/time.ts';
import { checkDividends } from './dividends.ts';

const start = Date.UTC(2025, 0, 1);
const days = Array.from({ length: 60 }, (_, i): Bar => {
  const close = 50 + Math.sin(i);
  const times = { openTime: start + i * DAY, closeTime: start + (i + 1) * DAY, receiveTime: 0 };
  return { ...times, open: close, high: close + 1, low: close - 1, close, volume: 10 };
});
const dividend = (day: number, amount: number): CorporateAction => ({
  ...{ id: `${day}`, symbol: 'AAPL', kind: 'dividend', amount, currency: 'USD', effectiveTime: start + day * DAY },
  ...{ eventTime: 0, receiveTime: 0, source: 'test' },
});
const adjustedFor = (actions: CorporateAction[]) =>
  new Map(adjustBars(days, actions, 'dividend', start + 100 * DAY).map((bar) => [bar.openTime, bar.close]));
const at = (found: { at: number }[]) => found.map((each) => (each.at - start) / DAY);

describe('checkDividends', () => {
  const amount = fc.double({ min: 0.1, max: 4, noNaN: true });
  const paid = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 9 }), amount), { minLength: 1, selector: ([slot]) => slot })
    .map((rows) => rows.map(([slot, each]) => dividend(slot * 6, each)));

  it('finds nothing in closes that take every dividend out', () => {
    fc.assert(
      fc.property(paid, (actions) => {
        expect(checkDividends(days, actions, '1d', adjustedFor(actions))).toEqual([]);
      }),
    );
  });

  it('finds each dividend that closes do not take out, and each step that no dividend explains', () => {
    fc.assert(
      fc.property(paid, (actions) => {
        const missed = actions[0]!;
        const others = actions.slice(1);
        const day = (missed.effectiveTime - start) / DAY;
        expect(at(checkDividends(days, actions, '1d', adjustedFor(others)))).toEqual([day]);
        expect(at(checkDividends(days, others, '1d', adjustedFor(actions)))).toEqual([day]);
      }),
    );
  });

  it('finds one that stands twice, but not the same a quarter later', () => {
    expect(at(checkDividends(days, [dividend(10, 0.5), dividend(11, 0.5)], '1d'))).toEqual([11]);
    expect(checkDividends(days, [dividend(10, 0.5), dividend(50, 0.5)], '1d')).toEqual([]);
    expect(checkDividends(days, [dividend(10, 0.5), dividend(11, 0.7)], '1d')).toEqual([]);
  });

  it('finds one so large that the price would show it, where it does not', () => {
    expect(at(checkDividends(days, [dividend(10, 20)], '1d'))).toEqual([10]);
    const fallen = days.map((bar, i) => (i < 10 ? bar : { ...bar, low: bar.low - 20, close: bar.close - 20 }));
    expect(checkDividends(fallen, [dividend(10, 20)], '1d')).toEqual([]);
  });

  it('lets a week take its dividend out a row late, a day not', () => {
    const late = adjustedFor([dividend(11, 2)]);
    expect(at(checkDividends(days, [dividend(10, 2)], '1d', late))).toEqual([10, 11]);
    expect(checkDividends(days, [dividend(10, 2)], '1w', late)).toEqual([]);
    expect(at(checkDividends(days, [dividend(10, 2)], '1w', adjustedFor([])))).toEqual([10]);
  });
});
