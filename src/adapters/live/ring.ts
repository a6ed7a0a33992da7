/** The newest items, at most `capacity`; the oldest makes room. */
export interface Ring<T> {
  /** Returns the item that made room. */
  push(item: T): T | undefined;
  /** Oldest first. */
  newest(limit?: number): T[];
}

export function createRing<T>(capacity: number): Ring<T> {
  const items: T[] = [];
  let next = 0;
  return {
    push(item) {
      const left = items[next];
      items[next] = item;
      next = (next + 1) % capacity;
      return left;
    },
    newest(limit = capacity) {
      const count = Math.min(limit, items.length);
      const first = next - count;
      return Array.from({ length: count }, (_, i) => items.at(first + i)!);
    },
  };
}
