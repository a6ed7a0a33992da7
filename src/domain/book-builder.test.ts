import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BookChange, bookBuilder } from './book-builder.ts';
import type { BookLevel } from './order-book.ts';

const complete = { bids: true, asks: true };
const snapshot = {
  ...{ sequence: 100, complete },
  bids: [
    [99, 1],
    [98, 2],
  ] as BookLevel[],
  asks: [
    [101, 1],
    [102, 2],
  ] as BookLevel[],
};
const change = (first: number, last: number, bids: BookLevel[] = [], asks: BookLevel[] = []): BookChange => ({
  ...{ first, last, bids, asks },
});

describe('an order book from a snapshot and changes', () => {
  it('puts in, replaces and takes away levels, and shows the best first', () => {
    const book = bookBuilder(snapshot);
    const bids: BookLevel[] = [
      [98.5, 3],
      [99, 0],
      [98, 7],
    ];
    expect(book.apply(change(101, 103, bids, [[100.5, 4]]))).toBe('applied');
    expect(book.sequence()).toBe(103);
    expect(book.top(2)).toEqual({
      bids: [
        [98.5, 3],
        [98, 7],
      ],
      asks: [
        [100.5, 4],
        [101, 1],
      ],
    });
  });

  it('passes over what the snapshot holds already, and takes a change that reaches beyond it', () => {
    const book = bookBuilder(snapshot);
    expect(book.apply(change(90, 100, [[99, 0]]))).toBe('known');
    expect(book.apply(change(95, 105, [[99, 5]]))).toBe('applied');
    expect(book.top(1).bids).toEqual([[99, 5]]);
  });

  it('says when a change is missing, and leaves the book as it was', () => {
    const book = bookBuilder(snapshot);
    expect(book.apply(change(102, 103, [[99, 0]]))).toBe('gap');
    expect(book.sequence()).toBe(100);
    expect(book.top(1).bids).toEqual([[99, 1]]);
  });

  it('knows when the market has moved beyond the end of its snapshot', () => {
    const book = bookBuilder({ ...snapshot, complete: { bids: false, asks: false } });
    expect(book.reaches(2)).toBe(true);
    expect(book.reaches(3)).toBe(false);
    book.apply(
      change(101, 101, [
        [99, 0],
        [97, 1],
      ]),
    );
    expect(book.reaches(1)).toBe(true);
    expect(book.reaches(2)).toBe(false);
    expect(bookBuilder(snapshot).reaches(3)).toBe(true);
  });

  it('is what sorting all levels gives, whatever comes', () => {
    const level = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat(3));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(level), fc.array(level))), (changes) => {
        const book = bookBuilder({ sequence: 0, bids: [], asks: [], complete });
        const sides = { bids: new Map<number, number>(), asks: new Map<number, number>() };
        changes.forEach(([bids, asks], i) => {
          expect(book.apply(change(i + 1, i + 1, bids, asks))).toBe('applied');
          for (const [price, quantity] of bids) sides.bids.set(price, quantity);
          for (const [price, quantity] of asks) sides.asks.set(price, quantity);
        });
        const resting = (side: Map<number, number>) => [...side].filter(([, quantity]) => quantity > 0);
        expect(book.top(5)).toEqual({
          bids: resting(sides.bids)
            .sort(([a], [b]) => b - a)
            .slice(0, 5),
          asks: resting(sides.asks)
            .sort(([a], [b]) => a - b)
            .slice(0, 5),
        });
      }),
    );
  });
});
