import type { Duration, Timestamp } from '../../domain/time.ts';

/** Stops calling what keeps failing: open after `failures` in a row, one trial call after `cool`. */
export function createBreaker({ failures, cool }: { failures: number; cool: Duration }) {
  let inARow = 0;
  let openedAt: Timestamp | undefined;
  let trying = false;
  return {
    /** Whether a call may be made now; in the half-open state only one at a time. */
    allows(now: Timestamp): boolean {
      if (openedAt === undefined) return true;
      if (now - openedAt < cool || trying) return false;
      trying = true;
      return true;
    },
    succeeded() {
      inARow = 0;
      openedAt = undefined;
      trying = false;
    },
    failed(now: Timestamp) {
      inARow++;
      if (trying || inARow >= failures) openedAt = now;
      trying = false;
    },
    /** The call was given up by its caller: says nothing about the vendor. */
    abandoned() {
      trying = false;
    },
    state: (now: Timestamp): 'closed' | 'open' | 'half-open' =>
      openedAt === undefined ? 'closed' : now - openedAt < cool ? 'open' : 'half-open',
  };
}
export type Breaker = ReturnType<typeof createBreaker>;
