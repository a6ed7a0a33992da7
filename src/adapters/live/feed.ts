import type { Bar } from '../../domain/bar.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { OrderBook } from '../../domain/order-book.ts';
import type { Quote } from '../../domain/quote.ts';
import type { Tick } from '../../domain/tick.ts';
import type { Timestamp } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FollowOptions, LiveEvent, LiveFact } from '../../ports/live-market.ts';
import { createFollower, type Follower } from './follower.ts';
import { createRing } from './ring.ts';

/** Events held for followers that come back. */
const HELD_EVENTS = 1_000;

/** One symbol: numbers what is new, holds the newest of it, and brings it to whoever follows. */
export interface Feed {
  instrument: Instrument;
  /** Of the last event. */
  sequence(): number;
  /** Another process saw as many; what comes next has a higher number. */
  raise(sequence: number): void;
  publish(fact: LiveFact): LiveEvent;
  /** Nothing came since then: the vendor was away. */
  publishAway(since: Timestamp | undefined): void;
  /** An event that another replica numbered. Old ones change nothing; after a hole a `gap` comes first. */
  accept(event: LiveEvent): void;
  follow(listener: (event: LiveEvent) => void, options: FollowOptions): () => void;
  followers(): number;
  wantsBars(): boolean;
  quote(): Quote | undefined;
  /** The event that brought the newest quote. */
  quoted(): LiveEvent | undefined;
  book(): OrderBook | undefined;
  ticks(limit?: number): Tick[];
  /** Whether a print with this number was seen, among those that are held. */
  hasTick(id: string): boolean;
  /** Close of the last complete one-minute bar. */
  barsUntil(): Timestamp | undefined;
  /** When the market spoke last. */
  lastEventAt(): Timestamp | undefined;
  stale(): boolean;
  /** Since when nobody follows. */
  idleSince(): Timestamp | undefined;
  end(): void;
}

export function createFeed(given: {
  instrument: Instrument;
  clock: Clock;
  recentTicks: number;
  /** Of the last event before this feed was opened. */
  sequence: number;
  /** Told of each event that this process numbers. */
  onPublished: (event: LiveEvent) => void;
  onFailure: (failure: unknown) => void;
}): Feed {
  const { instrument, clock, onPublished, onFailure } = given;
  const { symbol } = instrument;
  const followers = new Map<Follower, FollowOptions>();
  const held = createRing<LiveEvent>(HELD_EVENTS);
  const ticks = createRing<Tick>(given.recentTicks);
  const tickIds = new Set<string>();
  let sequence = given.sequence;
  let quoted: (LiveEvent & { kind: 'quote' }) | undefined;
  let book: OrderBook | undefined;
  let barsUntil: Timestamp | undefined;
  let lastEventAt: Timestamp | undefined;
  let stale = false;
  let idleSince: Timestamp | undefined = clock.now();

  function keepTick(tick: Tick) {
    const left = ticks.push(tick);
    if (left?.id !== undefined) tickIds.delete(left.id);
    if (tick.id !== undefined) tickIds.add(tick.id);
  }

  function spread(event: LiveEvent) {
    sequence = event.sequence;
    held.push(event);
    if (event.kind === 'quote') quoted = event;
    if (event.kind === 'tick') keepTick(event.tick);
    if (event.kind === 'book') book = event.book;
    if (event.kind === 'bar' && event.complete && event.interval === '1m') barsUntil = latest(barsUntil, event.bar);
    if (event.kind === 'stale') stale = event.stale;
    // A bar that is made here says nothing newer than its last print.
    else if (event.kind === 'bar') lastEventAt = Math.max(lastEventAt ?? 0, event.bar.receiveTime);
    else if (event.kind !== 'gap') lastEventAt = event.at;
    for (const follower of [...followers.keys()]) follower.offer(event);
  }

  function publish(fact: LiveFact): LiveEvent {
    const event = { symbol, sequence: sequence + 1, at: clock.now(), ...fact };
    spread(event);
    onPublished(event);
    return event;
  }

  /** What a follower that saw everything up to `after` has missed. */
  function missed(after: number): LiveEvent[] {
    const events = held.newest().filter((event) => event.sequence > after);
    const first = events[0]?.sequence ?? sequence + 1;
    // A number from before this desk was started anew says nothing about what is held now.
    const [from, to] = after > sequence ? [Math.min(1, sequence), sequence] : [after + 1, first - 1];
    if (after <= sequence && from > to) return events;
    const gap: LiveEvent = { symbol, sequence: to, at: clock.now(), kind: 'gap', from, to, reason: 'expired' };
    return after > sequence && quoted ? [quoted, gap] : [gap, ...events];
  }

  return {
    instrument,
    sequence: () => sequence,
    raise: (to) => {
      sequence = Math.max(sequence, to);
    },
    publish,
    publishAway(since) {
      const own = sequence + 1;
      publish({ kind: 'gap', from: own, to: own, reason: 'disconnected', ...(since === undefined ? {} : { since }) });
    },
    accept(event) {
      if (event.sequence <= sequence) {
        // Told again for a replica that came later: in a shut market no newer quote would come.
        if (event.kind !== 'quote' || quoted) return;
        quoted = event;
        for (const follower of [...followers.keys()]) follower.offer(event);
        return;
      }
      if (sequence > 0 && event.sequence > sequence + 1) {
        const [from, to] = [sequence + 1, event.sequence - 1];
        spread({ symbol, sequence: to, at: clock.now(), kind: 'gap', from, to, reason: 'disconnected' });
      }
      spread(event);
    },
    follow(listener, options) {
      const follower = createFollower({ clock, listener, options, onFailure });
      const first = options.after === undefined ? (quoted ? [quoted] : []) : missed(options.after);
      for (const event of first) follower.offer(event);
      followers.set(follower, options);
      idleSince = undefined;
      return () => {
        follower.end();
        if (followers.delete(follower) && followers.size === 0) idleSince = clock.now();
      };
    },
    followers: () => followers.size,
    wantsBars: () => [...followers.values()].some(({ kinds }) => !kinds || kinds.includes('bar')),
    quote: () => quoted?.quote,
    quoted: () => quoted,
    book: () => book,
    ticks: (limit) => ticks.newest(limit),
    hasTick: (id) => tickIds.has(id),
    barsUntil: () => barsUntil,
    lastEventAt: () => lastEventAt,
    stale: () => stale,
    idleSince: () => idleSince,
    end() {
      for (const follower of followers.keys()) follower.end();
      followers.clear();
    },
  };
}

const latest = (until: Timestamp | undefined, { closeTime }: Bar) => Math.max(until ?? closeTime, closeTime);
