import type { BookLevel } from './order-book.ts';

/** The whole book, or its best levels, as of one change. */
export interface DepthSnapshot {
  lastUpdateId: number;
  bids: readonly BookLevel[];
  asks: readonly BookLevel[];
}

/** Levels that changed; quantity 0 takes a level away. Ids count every change of the book, `first` to `last` inclusive. */
export interface DepthChange {
  firstUpdateId: number;
  lastUpdateId: number;
  bids: readonly BookLevel[];
  asks: readonly BookLevel[];
}

/**
 * applied: the book is true as of the change. held: kept until a snapshot comes. old: known already, nothing changed.
 * gap: a change is missing, or the snapshot is older than the first held change; the book is not true and a new snapshot
 * is needed, changes are held meanwhile.
 */
export type DepthOutcome = 'applied' | 'held' | 'old' | 'gap';

export interface Depth {
  /** Begins anew from a snapshot and the changes held since. */
  snapshot(snapshot: DepthSnapshot): DepthOutcome;
  change(change: DepthChange): DepthOutcome;
  /** The connection broke: what comes next does not follow what came before. */
  lose(): void;
  /** The best levels, best first, or undefined while the book is not true. */
  best(levels: number): { bids: BookLevel[]; asks: BookLevel[]; sequence: number } | undefined;
}

/** Levels kept a side; what lies further away is forgotten. */
const MOST_LEVELS = 5_000;
/** Changes held while a snapshot is on its way: 100 seconds at Binance's pace. Of more, the oldest go. */
const MOST_HELD = 1_000;

/**
 * A book kept from a snapshot and numbered changes, as Binance prescribes: changes before the snapshot's id are old, the
 * first one after it must contain the next id, and each one must begin where the one before ended.
 *
 * @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#how-to-manage-a-local-order-book-correctly
 */
export function depth(): Depth {
  const bids = bookSide((a, b) => a > b);
  const asks = bookSide((a, b) => a < b);
  let held: DepthChange[] = [];
  /** Id of the last change in the book; undefined while the book is not true. */
  let sequence: number | undefined;

  function apply(change: DepthChange): DepthOutcome {
    if (change.lastUpdateId <= sequence!) return 'old';
    if (change.firstUpdateId > sequence! + 1) {
      sequence = undefined;
      held = [change];
      return 'gap';
    }
    for (const level of change.bids) bids.set(level);
    for (const level of change.asks) asks.set(level);
    sequence = change.lastUpdateId;
    return 'applied';
  }

  return {
    snapshot(snapshot) {
      const since = held;
      const first = since[0];
      if (first && first.firstUpdateId > snapshot.lastUpdateId + 1) return 'gap';
      bids.clear();
      asks.clear();
      for (const level of snapshot.bids) bids.set(level);
      for (const level of snapshot.asks) asks.set(level);
      sequence = snapshot.lastUpdateId;
      held = [];
      for (const [i, change] of since.entries()) {
        if (apply(change) !== 'gap') continue;
        held = since.slice(i);
        return 'gap';
      }
      return 'applied';
    },
    change(change) {
      if (sequence !== undefined) return apply(change);
      const before = held.at(-1);
      // With a hole among them the earlier ones are of no use any more.
      if (before && change.firstUpdateId > before.lastUpdateId + 1) held = [];
      held.push(change);
      if (held.length > MOST_HELD) held.shift();
      return 'held';
    },
    lose() {
      sequence = undefined;
      held = [];
    },
    best: (levels) =>
      sequence === undefined ? undefined : { bids: bids.best(levels), asks: asks.best(levels), sequence },
  };
}

/** Levels in order, the best at the end of the array, where most changes are. */
function bookSide(better: (a: number, b: number) => boolean) {
  let levels: BookLevel[] = [];
  /** Row of the first level that is not worse than the price. */
  function rowOf(price: number): number {
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (better(price, levels[middle]![0])) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  return {
    set(level: BookLevel) {
      const row = rowOf(level[0]);
      const known = levels[row]?.[0] === level[0];
      if (level[1] === 0) {
        if (known) levels.splice(row, 1);
      } else {
        levels.splice(row, known ? 1 : 0, level);
        if (levels.length > MOST_LEVELS) levels.shift();
      }
    },
    best: (count: number) => levels.slice(Math.max(0, levels.length - count)).reverse(),
    clear() {
      levels = [];
    },
  };
}
