import type { Duration, Timestamp } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves on and wakes the sleepers whose time has come, in order; awaits so that they can run. */
  advance(duration: Duration): Promise<void>;
  set(time: Timestamp): Promise<void>;
  /** How many sleep now. */
  sleepers(): number;
}

/** Wednesday 2025-06-18 14:00 UTC by default: FX, crypto and US shares are all open. */
export function fakeClock(start: Timestamp = Date.UTC(2025, 5, 18, 14)): FakeClock {
  let now = start;
  const sleeping = new Set<{ until: Timestamp; wake: () => void }>();
  const set = async (time: Timestamp) => {
    for (;;) {
      const due = [...sleeping].filter((each) => each.until <= time).sort((a, b) => a.until - b.until)[0];
      if (!due) break;
      now = Math.max(now, due.until);
      sleeping.delete(due);
      due.wake();
      await settle();
    }
    now = time;
    await settle();
  };
  return {
    now: () => now,
    sleep: (duration, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = { until: now + duration, wake: resolve };
        sleeping.add(sleeper);
        signal?.addEventListener('abort', () => sleeping.delete(sleeper) && reject(signal.reason), { once: true });
      }),
    advance: (duration) => set(now + duration),
    set,
    sleepers: () => sleeping.size,
  };
}

/** A clock whose sleeps end at once, moving its time on: for code that retries. */
export function hastyClock(start?: Timestamp): Clock & { slept: Duration[] } {
  let now = start ?? Date.UTC(2025, 5, 18, 14);
  const slept: Duration[] = [];
  return {
    slept,
    now: () => now,
    async sleep(duration, signal) {
      signal?.throwIfAborted();
      slept.push(duration);
      now += duration;
    },
  };
}

const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};
