import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needsShared, sharedText } from '../testing/shared.ts';
import { type BookBuilder, type BookChange, bookBuilder } from './book-builder.ts';
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

const recorded = ['fixtures', 'binance', 'ws_spot_btcusdt_20240808_first_6000.jsonl.gz'];
describe.skipIf(!needsShared('the order book from recorded Binance frames', ...recorded))('a recorded book', () => {
  type Wire = { u: number; U: number; b: [string, string][]; a: [string, string][] };
  const numbers = (side: [string, string][]) =>
    side.map(([price, quantity]) => [Number(price), Number(quantity)] as const);

  it('agrees with the best bid and offer that Binance sent for the same change', () => {
    let book: BookBuilder | undefined;
    const waiting: BookChange[] = [];
    const best = new Map<number, number[]>();
    const outcomes: Record<string, number> = {};
    let compared = 0;
    for (const line of sharedText(...recorded).split('\n')) {
      if (line === '') continue;
      const frame = JSON.parse(line.slice(line.indexOf(' ')));
      if ('lastUpdateId' in frame) {
        const { lastUpdateId: sequence, bids, asks } = frame;
        book = bookBuilder({
          sequence,
          bids: numbers(bids),
          asks: numbers(asks),
          complete: { bids: false, asks: false },
        });
        for (const each of waiting) expect(book.apply(each)).not.toBe('gap');
      } else if (frame.stream.endsWith('@bookTicker')) {
        const { u, b, B, a, A } = frame.data;
        best.set(u, [b, B, a, A].map(Number));
      } else if (frame.stream.includes('@depth')) {
        const { U, u, b, a } = frame.data as Wire;
        const next = { first: U, last: u, bids: numbers(b), asks: numbers(a) };
        const outcome = book?.apply(next) ?? 'waiting';
        if (!book) waiting.push(next);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        const said = best.get(u);
        if (!book || !said) continue;
        const { bids, asks } = book.top(1);
        expect([...bids[0]!, ...asks[0]!]).toEqual(said);
        compared++;
      }
    }
    expect(outcomes).toEqual({ waiting: 3, applied: 527 });
    expect(compared).toBe(95);
  });
});
