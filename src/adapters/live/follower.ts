import { SECOND, type Timestamp } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FollowOptions, LiveEvent } from '../../ports/live-market.ts';

/** Complete bars, gaps and staleness that wait for one slow follower; of more, the oldest are lost to it. */
const MOST_KEPT = 256;
/** A slow follower is asked this often whether it caught up. */
const SLOW_PACE = SECOND / 4;

export interface Follower {
  offer(event: LiveEvent): void;
  end(): void;
}

const alwaysComes = (event: LiveEvent) =>
  event.kind === 'gap' || event.kind === 'stale' || (event.kind === 'bar' && event.complete);

/** Brings one listener what it asked for at the pace it asked for; what waits is bounded, whatever the listener does. */
export function createFollower(given: {
  clock: Clock;
  listener: (event: LiveEvent) => void;
  options: FollowOptions;
  onFailure: (failure: unknown) => void;
}): Follower {
  const { clock, listener, options, onFailure } = given;
  const { everyMs = 0, behind = () => false } = options;
  const kinds = options.kinds && new Set(options.kinds);
  const sentAt = new Map<string, Timestamp>();
  /** Newest of each kind whose time has not come, by sequence of arrival. */
  const waiting = new Map<string, LiveEvent>();
  let kept: LiveEvent[] = [];
  let lost: { from: number; to: number } | undefined;
  let timer: AbortController | undefined;
  let ended = false;

  const dueAt = (kind: string) => (sentAt.get(kind) ?? Number.NEGATIVE_INFINITY) + everyMs;

  function lose({ sequence }: LiveEvent) {
    lost = { from: Math.min(sequence, lost?.from ?? sequence), to: Math.max(sequence, lost?.to ?? sequence) };
  }

  function send(event: LiveEvent) {
    sentAt.set(event.kind, clock.now());
    try {
      listener(event);
    } catch (failure) {
      onFailure(failure);
    }
  }

  function wakeIn(duration: number) {
    if (timer) return;
    const own = new AbortController();
    timer = own;
    clock.sleep(duration, own.signal).then(
      () => {
        timer = undefined;
        flush();
      },
      () => undefined,
    );
  }

  function flush() {
    if (ended) return;
    const now = clock.now();
    if (behind()) return wakeIn(SLOW_PACE);
    const due = [...waiting.values()].filter(({ kind }) => dueAt(kind) <= now);
    for (const { kind } of due) waiting.delete(kind);
    const events = [...kept, ...due];
    kept = [];
    const { symbol } = events[0] ?? { symbol: '' };
    if (lost && (!kinds || kinds.has('gap'))) {
      events.push({ kind: 'gap', symbol, sequence: lost.to, at: now, ...lost, reason: 'slow' });
    }
    lost = undefined;
    for (const event of events.sort((a, b) => a.sequence - b.sequence)) send(event);
    if (waiting.size > 0) wakeIn(Math.min(...[...waiting.keys()].map(dueAt)) - now);
  }

  return {
    offer(event) {
      if (ended || (kinds && !kinds.has(event.kind))) return;
      const slow = behind();
      if (alwaysComes(event)) {
        if (!slow && kept.length === 0) return send(event);
        kept.push(event);
        if (kept.length > MOST_KEPT) lose(kept.shift()!);
        return wakeIn(SLOW_PACE);
      }
      const now = clock.now();
      if (!slow && dueAt(event.kind) <= now) {
        waiting.delete(event.kind);
        return send(event);
      }
      const before = waiting.get(event.kind);
      // A follower that asked for a pace has lost nothing when the newest wins; one that did not, has.
      if (before && everyMs === 0) lose(before);
      waiting.delete(event.kind);
      waiting.set(event.kind, event);
      wakeIn(slow ? SLOW_PACE : dueAt(event.kind) - now);
    },
    end() {
      ended = true;
      timer?.abort();
    },
  };
}
