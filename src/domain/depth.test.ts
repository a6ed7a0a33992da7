import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needsShared, sharedText } from '../testing/shared.ts';
import { depth } from './depth.ts';
import type { BookLevel } from './order-book.ts';

const change = (first: number, last: number, bids: BookLevel[] = [], asks: BookLevel[] = []) => ({
  ...{ firstUpdateId: first, lastUpdateId: last },
  ...{ bids, asks },
});
const snapshot = (lastUpdateId: number, bids: BookLevel[] = [], asks: BookLevel[] = []) => ({
  ...{ lastUpdateId, bids, asks },
});

describe('an order book from a snapshot and changes', () => {
  it('holds changes until the snapshot comes, leaves out the old ones and applies the rest', () => {
    const book = depth();
    expect(book.change(change(1, 5, [[99, 9]]))).toBe('held');
    expect(book.change(change(6, 8, [[98, 2]], [[101, 0]]))).toBe('held');
    expect(book.best(20)).toBeUndefined();
    expect(
      book.snapshot(
        snapshot(
          5,
          [[99, 1]],
          [
            [101, 4],
            [102, 3],
          ],
        ),
      ),
    ).toBe('applied');
    expect(book.best(20)).toEqual({
      bids: [
        [99, 1],
        [98, 2],
      ],
      asks: [[102, 3]],
      sequence: 8,
    });
    expect(book.change(change(7, 8, [[97, 1]]))).toBe('old');
    expect(book.change(change(9, 9, [[99, 0]]))).toBe('applied');
    expect(book.best(1)).toEqual({ bids: [[98, 2]], asks: [[102, 3]], sequence: 9 });
  });

  it('is not true any more once a change is missing, until a newer snapshot', () => {
    const book = depth();
    book.snapshot(snapshot(5, [[99, 1]], [[101, 1]]));
    expect(book.change(change(7, 8, [[98, 1]]))).toBe('gap');
    expect(book.best(20)).toBeUndefined();
    expect(book.change(change(9, 10, [[97, 1]]))).toBe('held');
    expect(book.snapshot(snapshot(5, [[99, 1]], [[101, 1]]))).toBe('gap');
    expect(book.snapshot(snapshot(7, [[99, 1]], [[101, 1]]))).toBe('applied');
    expect(book.best(20)!.bids.map(([price]) => price)).toEqual([99, 98, 97]);
  });

  it('asks for a newer snapshot when the first is older than what was held', () => {
    const book = depth();
    book.change(change(10, 12));
    expect(book.snapshot(snapshot(8))).toBe('gap');
    expect(book.best(20)).toBeUndefined();
    expect(book.snapshot(snapshot(9))).toBe('applied');
  });

  it('forgets everything with the connection', () => {
    const book = depth();
    book.snapshot(snapshot(5, [[99, 1]], [[101, 1]]));
    book.lose();
    expect(book.best(20)).toBeUndefined();
    expect(book.change(change(90, 95))).toBe('held');
  });

  const levels = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 3 })), { maxLength: 12 });
  const changes = fc.array(fc.record({ bids: levels, asks: levels, ids: fc.integer({ min: 1, max: 5 }) }));
  it('has the same twenty best levels as a plain map, wherever the snapshot fell', () => {
    fc.assert(
      fc.property(changes, fc.nat(), (each, cut) => {
        const plain = { bids: new Map<number, number>(), asks: new Map<number, number>() };
        const set = (side: Map<number, number>, all: readonly BookLevel[]) => {
          for (const [price, quantity] of all)
            if (quantity === 0) side.delete(price);
            else side.set(price, quantity);
        };
        const sorted = (side: Map<number, number>, direction: 1 | -1) =>
          [...side].sort(([a], [b]) => direction * (a - b)).slice(0, 20);
        const book = depth();
        const snapshotAfter = each.length === 0 ? 0 : cut % (each.length + 1);
        let id = 0;
        let taken = snapshot(0);
        if (snapshotAfter === 0) book.snapshot(taken);
        for (const [i, { bids, asks, ids }] of each.entries()) {
          book.change(change(id + 1, id + ids, bids, asks));
          id += ids;
          set(plain.bids, bids);
          set(plain.asks, asks);
          if (i + 1 === snapshotAfter) taken = snapshot(id, [...plain.bids], [...plain.asks]);
        }
        if (snapshotAfter > 0) expect(book.snapshot(taken)).toBe('applied');
        expect(book.best(20)).toEqual({ bids: sorted(plain.bids, -1), asks: sorted(plain.asks, 1), sequence: id });
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
    const book = depth();
    const best = new Map<number, number[]>();
    const outcomes: Record<string, number> = {};
    let compared = 0;
    for (const line of sharedText(...recorded).split('\n')) {
      if (line === '') continue;
      const frame = JSON.parse(line.slice(line.indexOf(' ')));
      if ('lastUpdateId' in frame) {
        expect(book.snapshot({ ...frame, bids: numbers(frame.bids), asks: numbers(frame.asks) })).toBe('applied');
      } else if (frame.stream.endsWith('@bookTicker')) {
        const { u, b, B, a, A } = frame.data;
        best.set(u, [b, B, a, A].map(Number));
      } else if (frame.stream.includes('@depth')) {
        const { U, u, b, a } = frame.data as Wire;
        const outcome = book.change({ firstUpdateId: U, lastUpdateId: u, bids: numbers(b), asks: numbers(a) });
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        const now = book.best(1);
        const said = best.get(u);
        if (!now || !said) continue;
        expect([...now.bids[0]!, ...now.asks[0]!]).toEqual(said);
        compared++;
      }
    }
    expect(outcomes).toEqual({ held: 3, applied: 527 });
    expect(compared).toBe(95);
  });
});
