import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Bar } from '../src/domain/bar.ts';
import { HOUR } from '../src/domain/time.ts';
import { describeOnDatabases } from '../src/testing/database.ts';
import { barStore } from './bar-store.ts';

const START = Date.UTC(2025, 5, 16);
const hour = (n: number) => START + n * HOUR;
const bar = (n: number, high: number, received: number, backfilled: boolean): Bar => {
  const prices = { open: 1, high, low: 0.5, close: 1, volume: 10 };
  const times = { openTime: hour(n), closeTime: hour(n + 1), receiveTime: hour(received) };
  return { ...times, ...prices, ...(backfilled ? { backfilled } : {}) };
};
const anyBar = fc
  .tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom(2, 3, 4), fc.integer({ min: 0, max: 20 }), fc.boolean())
  .map(([n, high, received, backfilled]) => bar(n, high, received, backfilled));
const anyQuery = fc.record({
  asOf: fc.integer({ min: -1, max: 9 }).map(hour),
  knownAt: fc.option(fc.integer({ min: -1, max: 21 }).map(hour), { nil: undefined }),
  from: fc.option(fc.integer({ min: 0, max: 8 }).map(hour), { nil: undefined }),
  limit: fc.integer({ min: 1, max: 8 }),
});

/** What the store should answer, told plainly: every value ever written, in order. */
function plainly(writes: Bar[][]) {
  const versions = new Map<number, Bar[]>();
  for (const batch of writes) {
    for (const last of new Map(batch.map((each) => [each.openTime, each])).values()) {
      const known = versions.get(last.openTime) ?? [];
      if (known.at(-1)?.high !== last.high) versions.set(last.openTime, [...known, last]);
    }
  }
  return ({
    asOf,
    knownAt = Number.POSITIVE_INFINITY,
    from = 0,
    limit,
  }: {
    asOf: number;
    knownAt?: number;
    from?: number;
    limit: number;
  }) =>
    [...versions.values()]
      .flatMap((known) => known.findLast((each) => each.receiveTime <= knownAt) ?? [])
      .filter((each) => each.closeTime <= asOf && each.openTime >= from)
      .sort((a, b) => a.openTime - b.openTime)
      .slice(-limit);
}

describeOnDatabases('bars', (database) => {
  it('read as of any time, known at any time, are what was written and known then', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyBar, { maxLength: 8 }), { maxLength: 4 }),
        fc.array(anyQuery, { minLength: 1, maxLength: 6 }),
        async (writes, queries) => {
          const store = barStore(database(), { now: () => START });
          const key = { symbol: `EURUSD-${++run}`, interval: '1h' as const, source: 'mt5' };
          for (const bars of writes) await store.write({ ...key, simulated: false, bars });
          const expected = plainly(writes);
          for (const query of queries) expect(await store.read({ ...key, ...query })).toEqual(expected(query));
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  it('of any year are stored, and move to their year when it gets a partition', async () => {
    const store = barStore(database(), { now: () => START });
    const key = { symbol: 'EURUSD-years', interval: '1d' as const, source: 'mt5' };
    const years = [1971, 2009, 2010, 2025, 2031, 2999];
    const bars = years.map((year) => {
      const openTime = Date.UTC(year, 0, 1);
      return { ...bar(0, 2, 1, false), openTime, closeTime: openTime + 24 * HOUR };
    });
    await store.write({ ...key, simulated: false, bars });
    const read = () => store.read({ ...key, asOf: Date.UTC(3000, 0, 1), limit: 10 });
    expect(await read()).toEqual(bars);
    const { pool } = database();
    const waiting = async () => (await pool.query('select count(*)::int as rows from bars_default')).rows[0].rows;
    expect(await waiting()).toBe(2);
    await Promise.all([1, 2].map(() => pool.query('select create_bar_years(2031)')));
    expect(await waiting()).toBe(1);
    expect(await read()).toEqual(bars);
    expect(await store.coverage(key.symbol)).toMatchObject([{ bars: years.length, from: Date.UTC(1971, 0, 1) }]);
  });
});
