import type { BookLevel } from './order-book.ts';

/** Levels that changed, each with its new quantity; zero takes it away. Both sides in any order. */
export interface BookChange {
  /** The vendor's numbers of the first and the last update within. */
  first: number;
  last: number;
  bids: readonly BookLevel[];
  asks: readonly BookLevel[];
}

export interface BookBuilder {
  /** Applied, already contained, or not the next one: then a new snapshot is needed, for what lies between is lost. */
  apply(change: BookChange): 'applied' | 'known' | 'gap';
  /** The number of the last update that is in it. */
  sequence(): number;
  /** The best levels of both sides, best first, at most `depth`. */
  top(depth: number): { bids: BookLevel[]; asks: BookLevel[] };
  /**
   * Whether the best `depth` levels are all known. A snapshot ends somewhere: once the market has moved beyond its end,
   * levels there that never changed are missing.
   */
  reaches(depth: number): boolean;
}

/**
 * An order book from a snapshot and numbered changes.
 * @param snapshot levels best first; `complete` where there are no levels behind its last
 */
export function bookBuilder(snapshot: {
  sequence: number;
  bids: readonly BookLevel[];
  asks: readonly BookLevel[];
  complete: { bids: boolean; asks: boolean };
}): BookBuilder {
  let sequence = snapshot.sequence;
  const bids = sideOf(snapshot.bids, -1, snapshot.complete.bids);
  const asks = sideOf(snapshot.asks, 1, snapshot.complete.asks);
  return {
    apply(change) {
      if (change.last <= sequence) return 'known';
      if (change.first > sequence + 1) return 'gap';
      for (const level of change.bids) bids.set(level);
      for (const level of change.asks) asks.set(level);
      sequence = change.last;
      return 'applied';
    },
    sequence: () => sequence,
    top: (depth) => ({ bids: bids.top(depth), asks: asks.top(depth) }),
    reaches: (depth) => bids.reaches(depth) && asks.reaches(depth),
  };
}

/** One side, kept in order; `sign` makes the best price the least. */
function sideOf(snapshot: readonly BookLevel[], sign: 1 | -1, complete: boolean) {
  const levels = [...snapshot];
  const end = complete || levels.length === 0 ? Number.POSITIVE_INFINITY : sign * levels.at(-1)![0];
  return {
    set([price, quantity]: BookLevel) {
      let low = 0;
      let high = levels.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (sign * levels[middle]![0] < sign * price) low = middle + 1;
        else high = middle;
      }
      const there = levels[low]?.[0] === price;
      if (quantity > 0) levels.splice(low, there ? 1 : 0, [price, quantity]);
      else if (there) levels.splice(low, 1);
    },
    top: (depth: number) => levels.slice(0, depth),
    reaches: (depth: number) => {
      const last = levels[depth - 1];
      return last === undefined ? end === Number.POSITIVE_INFINITY : sign * last[0] <= end;
    },
  };
}
