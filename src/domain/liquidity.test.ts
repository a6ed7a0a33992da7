import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { impactOf, liquidityOf } from './liquidity.ts';
import type { BookLevel } from './order-book.ts';

const book = {
  bids: [
    [99.9, 2],
    [99.8, 3],
    [99, 10],
  ] as BookLevel[],
  asks: [
    [100.1, 1],
    [100.2, 4],
    [101, 20],
  ] as BookLevel[],
};

describe('liquidity', () => {
  it('is the spread and what rests near the mid', () => {
    const found = liquidityOf(book)!;
    expect(found).toMatchObject({ bid: 99.9, ask: 100.1, mid: 100 });
    expect(found.spreadBps).toBeCloseTo(20, 9);
    expect(found.within).toEqual([
      { bps: 10, bids: 2, asks: 1 },
      { bps: 25, bids: 5, asks: 5 },
      { bps: 50, bids: 5, asks: 5 },
    ]);
    expect(found.bidShare).toBe(15 / 40);
  });

  it('is not there where one side is empty', () => {
    expect(liquidityOf({ bids: [], asks: book.asks })).toBeUndefined();
    expect(impactOf({ bids: book.bids, asks: [] }, 'sell', 1)).toBeUndefined();
  });
});

describe('the cost of trading at once', () => {
  it('walks the levels, on either side', () => {
    const bought = impactOf(book, 'buy', 3)!;
    expect(bought.averagePrice).toBeCloseTo((100.1 + 2 * 100.2) / 3, 9);
    expect(bought).toMatchObject({ filled: 3, worstPrice: 100.2 });
    expect(bought.cost).toBeCloseTo(0.5, 9);
    const sold = impactOf(book, 'sell', 4)!;
    expect(sold.averagePrice).toBeCloseTo((2 * 99.9 + 2 * 99.8) / 4, 9);
    expect(sold.costBps).toBeCloseTo(15, 6);
  });

  it('fills what there is when the book ends, and says so', () => {
    expect(impactOf(book, 'buy', 1_000)).toMatchObject({ quantity: 1_000, filled: 25, worstPrice: 101 });
  });

  it('never gets better with size, and buying what was sold never gains', () => {
    const quantity = fc.double({ min: 0.01, max: 30, noNaN: true });
    fc.assert(
      fc.property(quantity, quantity, fc.constantFrom('buy' as const, 'sell' as const), (a, b, side) => {
        const [small, large] = [impactOf(book, side, Math.min(a, b))!, impactOf(book, side, Math.max(a, b))!];
        expect(large.costBps).toBeGreaterThanOrEqual(small.costBps - 1e-9);
        expect(small.costBps).toBeGreaterThan(0);
      }),
    );
  });
});
