import { type Duration, SECOND, type Timestamp } from '../../domain/time.ts';
import type { Bus, BusMessages } from '../../ports/bus.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LiveEvent } from '../../ports/live-market.ts';
import type { LeaseStore } from '../../ports/store.ts';

const LEASE = 'live-prices';
/** A holder that died is replaced after this, at the latest and a third more. */
const TERM = 6 * SECOND;
/** The new holder first hears what is followed, and how far each symbol had been counted. */
const SETTLE = SECOND / 2;

export interface ReplicaOptions {
  bus: Bus;
  leases: LeaseStore;
  /** Of this process, told from all others. */
  id: string;
  term?: Duration;
}

/** What a replica follows, by symbol. */
export type Demand = BusMessages['live-demand']['symbols'];

export interface ReplicaListener {
  /** What is followed here. */
  demand(): Demand;
  /** Numbered by the holder, somewhere else. */
  event(event: LiveEvent): void;
  /** Some replica follows these; asked for often, also by those that are known. */
  wanted(demand: Demand): void;
  /** This process holds the vendors' connections from now on, or does not any more. */
  held(holding: boolean): void;
  notice(text: string): void;
}

/**
 * One holder of the vendors' connections among all replicas of a desk. It puts what comes on the bus; the others tell it
 * what they follow. Who may is settled by a lease in the database; events of a holder that was replaced are known by
 * their token and left out.
 */
export function joinReplicas(options: ReplicaOptions & { clock: Clock }, listener: ReplicaListener) {
  const { clock, bus, leases, id, term = TERM } = options;
  const beat = term / 3;
  const remote = new Map<string, { demand: Demand; until: Timestamp }>();
  const ended = new AbortController();
  let newest = 0;
  let own: { token: number; until: Timestamp } | undefined;
  let holding = false;
  let failing = false;

  function lose() {
    own = undefined;
    if (!holding) return;
    holding = false;
    listener.held(false);
  }

  function announce() {
    if (!holding) bus.publish('live-demand', { replica: id, symbols: listener.demand() });
  }

  async function take(token: number, until: Timestamp) {
    const renewed = own?.token === token;
    if (!renewed) lose();
    own = { token, until };
    if (renewed) return;
    newest = Math.max(newest, token);
    bus.publish('live-holder', { replica: id, token });
    await clock.sleep(SETTLE, ended.signal);
    if (own?.token !== token) return;
    holding = true;
    listener.held(true);
  }

  async function run() {
    while (!ended.signal.aborted) {
      // Before the question: the lease may not last longer here than in the database.
      const until = clock.now() + term;
      try {
        const lease = await leases.acquire(LEASE, id, term);
        if (ended.signal.aborted) return;
        failing = false;
        if (lease) await take(lease.token, until);
        else lose();
      } catch (failure) {
        if (ended.signal.aborted) return;
        if (!failing) listener.notice(`Who holds the live prices cannot be told: ${String(failure)}`);
        failing = true;
        if (own && clock.now() >= own.until) lose();
      }
      for (const [replica, { until: last }] of remote) if (last < clock.now()) remote.delete(replica);
      announce();
      await clock.sleep(beat, ended.signal).catch(() => undefined);
    }
  }

  const unsubscribe = [
    bus.subscribe('live', ({ replica, token, event }) => {
      if (replica === id || token < newest) return;
      newest = token;
      if (own && own.token < token) lose();
      listener.event(event);
    }),
    bus.subscribe('live-holder', ({ replica, token }) => {
      if (replica === id) return;
      newest = Math.max(newest, token);
      if (own && own.token < token) lose();
      announce();
    }),
    bus.subscribe('live-demand', ({ replica, symbols }) => {
      if (replica === id) return;
      remote.set(replica, { demand: symbols, until: clock.now() + 2 * term });
      listener.wanted(symbols);
    }),
  ];
  let running: Promise<void> | undefined;

  return {
    /** From now on this replica may be the holder: only one that follows something itself should be. */
    join() {
      running ??= run();
    },
    /** Puts an event that this process numbered on the bus. */
    tell(event: LiveEvent) {
      if (holding && own) bus.publish('live', { replica: id, token: own.token, event });
    },
    /** What is followed here has changed. */
    announce,
    holding: () => holding,
    /** Whether another replica follows the symbol, and whether for its bars. */
    wants: (symbol: string) => [...remote.values()].flatMap(({ demand }) => demand[symbol] ?? []),
    /** All that others follow, as far as they have told. */
    wanted: () => [...remote.values()].map(({ demand }) => demand),
    async close() {
      for (const each of unsubscribe) each();
      const held = own !== undefined;
      lose();
      ended.abort();
      await running;
      if (held) await leases.release(LEASE, id).catch(() => undefined);
    },
  };
}
export type Replicas = ReturnType<typeof joinReplicas>;
