import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '../../../db/client.ts';
import { createStores } from '../../../db/stores.ts';
import { requireInstrument } from '../../domain/instruments.ts';
import { MINUTE, SECOND } from '../../domain/time.ts';
import type { Bus } from '../../ports/bus.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LiveEvent, LiveMarket } from '../../ports/live-market.ts';
import type { LeaseStore } from '../../ports/store.ts';
import { createPostgres, postgresAbsent, postgresServer } from '../../testing/database.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import { redisAbsent, redisServer } from '../../testing/redis.ts';
import { scriptedStream } from '../../testing/scripted-stream.ts';
import { memoryBus } from '../bus/memory.ts';
import { redisBus } from '../bus/redis.ts';
import { connectRedis } from '../cache/connect-redis.ts';
import { sessionCalendar } from '../calendar/sessions.ts';
import { systemClock } from '../clock.ts';
import { createLiveMarket } from './hub.ts';

const used: LiveMarket[] = [];
afterEach(async () => {
  for (const live of used.splice(0)) await live.close();
});

/** One replica with a vendor of its own, so that a test sees who is connected. */
function replica(given: { id: string; clock: Clock; bus: Bus; leases: LeaseStore; term?: number }) {
  const { clock } = given;
  const vendor = scriptedStream();
  const live = createLiveMarket({
    clock,
    sessions: sessionCalendar,
    instrumentOf: requireInstrument,
    vendorsOf: () => [{ name: 'binance', stream: vendor.open }],
    quote: () => new Promise(() => {}),
    backfill: async () => ({ bars: [], simulated: false }),
    recentTicks: 10,
    staleAfter: 10 * MINUTE,
    notice: () => {},
    onFailure: (failure) => {
      throw failure;
    },
    replicas: given,
  });
  used.push(live);
  const quote = (bid: number, symbol = 'BTCUSDT') => {
    const at = { eventTime: clock.now(), receiveTime: clock.now() };
    vendor.say({ kind: 'quote', quote: { symbol, bid, ask: bid + 1, source: 'binance', ...at } });
  };
  const follow = (symbol = 'BTCUSDT') => {
    const heard: LiveEvent[] = [];
    const end = live.follow(symbol, (event) => heard.push(event));
    return { heard, end };
  };
  return { ...given, live, vendor, quote, follow };
}
const bids = (events: LiveEvent[]) => events.map((event) => (event.kind === 'quote' ? event.quote.bid : event.kind));
const numbers = (events: LiveEvent[]) => events.map(({ sequence }) => sequence);

/** Leases by the test's clock; the real ones have their contract tests on both databases. */
function memoryLeases(clock: Clock): LeaseStore & { away: Set<string> } {
  const held = new Map<string, { holder: string; token: number; until: number }>();
  const away = new Set<string>();
  return {
    away,
    async acquire(name, holder, duration) {
      if (away.has(holder)) throw new Error('the database does not answer');
      const before = held.get(name);
      const running = before !== undefined && before.until > clock.now();
      if (running && before.holder !== holder) return undefined;
      const token = (before?.token ?? 0) + (running ? 0 : 1);
      held.set(name, { holder, token, until: clock.now() + duration });
      return { token };
    },
    async release(name, holder) {
      const before = held.get(name);
      if (before?.holder === holder) held.set(name, { ...before, until: 0 });
    },
  };
}

describe('replicas of one desk', () => {
  async function pair() {
    const clock = fakeClock();
    const bus = memoryBus();
    const leases = memoryLeases(clock);
    const [one, two] = [replica({ id: 'one', clock, bus, leases }), replica({ id: 'two', clock, bus, leases })];
    const here = one.follow();
    await clock.advance(0);
    await clock.advance(SECOND);
    return { clock, bus, leases, one, two, here };
  }

  it('share one connection: what one does not hold comes over the bus, with the same numbers', async () => {
    const { one, two, clock, here } = await pair();
    const there = two.follow();
    one.vendor.say({ kind: 'up' });
    for (const bid of [1, 2, 3]) one.quote(bid);
    expect(there.heard).toEqual(here.heard);
    expect(bids(there.heard)).toEqual([1, 2, 3]);
    expect([one.vendor.opened(), two.vendor.opened()]).toEqual([1, 0]);
    expect([one.live.status()[0]!.local, two.live.status()[0]!.local]).toEqual([true, false]);
    expect(two.live.quote('BTCUSDT')!.bid).toBe(3);
    // What only the other follows is followed here, and no longer than it is.
    const other = two.follow('ETHUSDT');
    one.quote(9, 'ETHUSDT');
    expect(bids(other.heard)).toEqual([9]);
    here.end();
    other.end();
    await clock.advance(MINUTE);
    expect(one.vendor.followed()).toEqual(['BTCUSDT']);
  });

  it('bring the newest quote to one that comes later, also when nothing new happens', async () => {
    const { one, two, clock } = await pair();
    one.vendor.say({ kind: 'up' });
    one.quote(7);
    const { heard } = two.follow();
    await clock.advance(3 * SECOND);
    expect(bids(heard)).toEqual([7]);
    expect(numbers(heard)).toEqual([1]);
  });

  it('take over from one that dies, and go on counting', async () => {
    const { one, two, leases, clock, bus } = await pair();
    const { heard } = two.follow();
    one.vendor.say({ kind: 'up' });
    for (const bid of [1, 2]) one.quote(bid);
    leases.away.add('one');
    await clock.advance(10 * SECOND);
    expect(two.vendor.followed()).toEqual(['BTCUSDT']);
    // The one that came back to life knows that it lost: its connection is closed.
    expect(one.vendor.followed()).toEqual([]);
    two.vendor.say({ kind: 'up' });
    two.quote(3);
    expect(bids(heard)).toEqual([1, 2, 'gap', 3]);
    expect(numbers(heard)).toEqual([1, 2, 3, 4]);
    // And whatever it had still to say is known by its token.
    const late = { ...heard[1]!, sequence: 9 };
    bus.publish('live', { replica: 'one', token: 1, event: late });
    expect(numbers(heard)).toEqual([1, 2, 3, 4]);
  });

  it('that leave in peace are replaced at the next turn', async () => {
    const { one, two, clock } = await pair();
    two.follow();
    await one.live.close();
    await clock.advance(3 * SECOND);
    expect(two.live.status()[0]!.local).toBe(true);
  });

  it('that follow nothing do not ask for the connections', async () => {
    const { one, two, clock } = await pair();
    await one.live.close();
    await clock.advance(MINUTE);
    expect([two.live.status(), two.vendor.opened(), clock.sleepers()]).toEqual([[], 0, 0]);
  });

  it('that missed something on the bus say so', async () => {
    const { one, two, bus } = await pair();
    const { heard } = two.follow();
    one.vendor.say({ kind: 'up' });
    one.quote(1);
    const quoted = heard[0]!;
    bus.publish('live', { replica: 'one', token: 1, event: { ...quoted, sequence: 5 } });
    expect(heard.slice(1)).toMatchObject([
      { kind: 'gap', from: 2, to: 4, sequence: 4, reason: 'disconnected' },
      { kind: 'quote', sequence: 5 },
    ]);
  });
});

for (const absent of [postgresAbsent, redisAbsent]) if (absent) console.warn(absent);
describe.skipIf(!postgresServer || !redisServer)('replicas on PostgreSQL and Redis', () => {
  it('share one connection, and the other takes over when its holder is killed', { timeout: 30_000 }, async () => {
    const server = await createPostgres();
    const channel = `conclave-test-live-${process.pid}-${Date.now()}`;
    const databases: Database[] = [];
    async function start(id: string) {
      const database = await openDatabase({ url: server.url });
      await database.migrate();
      databases.push(database);
      const connection = await connectRedis(redisServer!);
      if ('absent' in connection) throw new Error(connection.absent);
      const bus = await redisBus({ redis: connection.redis, channel, onFailure: () => {} });
      const { leases } = createStores(database, systemClock);
      const started = replica({ id, clock: systemClock, bus, leases, term: 1_500 });
      /** Its connections break and nothing is let go, as when the process is killed. */
      const kill = async () => {
        await bus.close();
        await database.close();
      };
      return { ...started, kill };
    }
    try {
      const one = await start('one');
      const here = one.follow();
      await vi.waitFor(() => expect(one.vendor.followed()).toEqual(['BTCUSDT']), 5_000);
      const two = await start('two');
      const there = two.follow();
      one.vendor.say({ kind: 'up' });
      for (const bid of [1, 2, 3]) one.quote(bid);
      await vi.waitFor(() => expect(bids(there.heard)).toEqual([1, 2, 3]), 5_000);
      expect(there.heard).toEqual(here.heard);
      expect(two.vendor.opened()).toBe(0);

      await one.kill();
      await vi.waitFor(() => expect(two.vendor.followed()).toEqual(['BTCUSDT']), 10_000);
      two.vendor.say({ kind: 'up' });
      two.quote(4);
      expect(bids(there.heard)).toEqual([1, 2, 3, 'gap', 4]);
      expect(numbers(there.heard)).toEqual([1, 2, 3, 4, 5]);
      await two.live.close();
      await two.bus.close();
    } finally {
      for (const database of databases) await database.close().catch(() => undefined);
      await server.drop();
    }
  });
});
