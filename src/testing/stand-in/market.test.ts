import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, parseTime } from '../../domain/time.ts';
import { type StandInBar, standInMarket } from './market.ts';

const now = parseTime('2026-11-27T21:00:00Z');
const markets = (['AAPL', 'EURUSD', 'BTCUSD'] as const).map((symbol) => standInMarket(symbol, () => now));

/** What finer bars make together. */
const merged = (bars: readonly StandInBar[]) => ({
  ...{ open: bars[0]!.open, close: bars.at(-1)!.close },
  ...{ high: Math.max(...bars.map(({ high }) => high)), low: Math.min(...bars.map(({ low }) => low)) },
});

describe('the market of the stand-ins', () => {
  it.each([
    ['1h', '5m', HOUR],
    ['1d', '1h', DAY],
  ] as const)('is one market: its %s bars are what its %s bars make', (coarse, fine, length) => {
    fc.assert(
      fc.property(fc.constantFrom(...markets), fc.integer({ min: 1, max: 24 * 300 }), (market, back) => {
        const from = Math.floor((now - back * HOUR) / length) * length;
        const [bar] = market.bars(coarse, from, from + length);
        const parts = market.bars(fine, from, from + length);
        expect(bar === undefined).toBe(parts.length === 0);
        if (!bar) return;
        const { open, high, low, close } = merged(parts);
        expect([bar.open, bar.close]).toEqual([open, close]);
        // Rounding to the tick apart.
        expect(bar.high).toBeCloseTo(high, 6);
        expect(bar.low).toBeCloseTo(low, 6);
      }),
      { numRuns: 60 },
    );
  });

  it('trades only while its exchange does, up to now', () => {
    const [apple, euro] = markets;
    expect(apple!.bars('1d', parseTime('2026-11-26'), now).map(({ openTime }) => openTime)).toEqual([
      parseTime('2026-11-27'),
    ]);
    expect(euro!.bars('1h', parseTime('2026-11-28'), parseTime('2026-11-29'))).toEqual([]);
    // Thanksgiving's Friday ends at one.
    expect(apple!.last().at).toBeCloseTo(parseTime('2026-11-27T18:00:00Z'), -4);
  });

  it('quotes around the close of its newest bar', () => {
    for (const market of markets) {
      const { price, bid, ask } = market.last();
      expect(market.bars('1h', now - DAY, now).at(-1)!.close).toBe(price);
      expect([bid < price, price < ask]).toEqual([true, true]);
    }
  });
});
