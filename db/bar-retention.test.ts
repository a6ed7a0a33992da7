import { expect, it } from 'vitest';
import type { Bar } from '../src/domain/bar.ts';
import { DAY, HOUR, type Interval, intervals, MINUTE } from '../src/domain/time.ts';
import type { Disk } from '../src/ports/disk.ts';
import { describeOnDatabases } from '../src/testing/database.ts';
import { memoryDisk } from '../src/testing/memory-disk.ts';
import { archiveBars, type BarRetention, wholeBars } from './bar-retention.ts';
import { barStore } from './bar-store.ts';
import type { Database } from './client.ts';

/** Two hours over the turn of a month, 90 days and more before NOW. */
const START = Date.UTC(2025, 0, 31, 23);
const NOW = Date.UTC(2025, 5, 15);
const ALL = { asOf: NOW, limit: 1_000 };
const retention: BarRetention = {
  ...(Object.fromEntries(intervals.map((each) => [each, null])) as Record<Interval, null>),
  '1m': 90,
};

const minutes = (count: number, from = START): Bar[] =>
  Array.from({ length: count }, (_, i) => {
    const openTime = from + i * MINUTE;
    const price = 1.1 + Math.sin(i) / 7;
    const prices = { open: price, high: price + 0.01, low: price - 1 / 3, close: price, volume: i };
    return { openTime, closeTime: openTime + MINUTE, ...prices, receiveTime: openTime + MINUTE + 5 };
  });

interface CopyStatement {
  submit?: unknown;
  handleReadyForQuery: () => void;
  handleError: (failure: unknown) => void;
}

/** From its n-th call of database or disk on, everything fails: before the call, or after it had its effect. */
function dying(database: Database, disk: Disk, dies: number, when: 'before' | 'after') {
  let calls = 0;
  const call = async <T>(act: () => Promise<T>): Promise<T> => {
    const number = ++calls;
    if (number > dies || (number === dies && when === 'before')) throw new Error('the process died');
    const result = await act();
    if (number === dies) throw new Error('the process died');
    return result;
  };
  const pool = {
    query: (...given: never[]) => call(() => (database.pool.query as (...all: never[]) => Promise<never>)(...given)),
    async connect() {
      const client = await database.pool.connect();
      const send = client.query.bind(client) as (...given: unknown[]) => Promise<never>;
      // COPY is a statement that the driver speaks to by calls of its own, and no promise.
      const copy = (statement: CopyStatement) => {
        const stored = (rows: Promise<unknown>) => rows.then(statement.handleReadyForQuery, statement.handleError);
        stored(
          call(
            () =>
              new Promise((handleReadyForQuery, handleError) => {
                send(Object.assign(Object.create(statement), { handleReadyForQuery, handleError }));
              }),
          ),
        );
      };
      const query = (...given: unknown[]) =>
        (given[0] as CopyStatement).submit ? copy(given[0] as CopyStatement) : call(() => send(...given));
      // The server rolls back what a dead client left open.
      return {
        query,
        release: async (failure?: Error) => {
          if (failure) await client.query('rollback');
          client.release();
        },
      };
    },
  };
  return {
    died: () => calls >= dies,
    database: { ...database, pool } as unknown as Database,
    disk: {
      read: (path) => call(() => disk.read(path)),
      write: (path, content) => call(() => disk.write(path, content)),
      list: (path) => call(() => disk.list(path)),
      remove: (path) => call(() => disk.remove(path)),
    } satisfies Disk,
  };
}

describeOnDatabases('bars that have had their time', (database) => {
  let disk = memoryDisk();
  const clock = { now: () => NOW };
  const store = () => barStore(database(), clock, disk);
  const archive = () => archiveBars({ database: database(), bars: store(), disk }, { now: NOW, retention });
  const inTable = async (symbol: string) =>
    (
      await database().pool.query(`select count(*)::int as rows from bars where symbol = $1 and "interval" = '1m'`, [
        symbol,
      ])
    ).rows[0].rows;

  it('go to files and are read, as of any time and known at any time, as before', async () => {
    const key = { symbol: 'A/B', interval: '1m' as const, source: '..' };
    const bars = minutes(120);
    const recent = minutes(5, NOW - DAY);
    await store().write({ ...key, simulated: false, bars: [...bars, ...recent] });
    const corrected = { ...bars[70]!, close: 1.25, high: 2, receiveTime: NOW - 9 * DAY, backfilled: true };
    await store().write({ ...key, simulated: false, bars: [corrected] });
    const queries = [
      ALL,
      { ...ALL, limit: 7 },
      { ...ALL, limit: 100 },
      { ...ALL, knownAt: NOW - 10 * DAY },
      { ...ALL, asOf: START + 70 * MINUTE + 1 },
      { ...ALL, from: START + 30 * MINUTE, asOf: START + 90 * MINUTE },
      { ...ALL, knownAt: START },
    ];
    const ask = () => Promise.all(queries.map((query) => store().read({ ...key, ...query })));
    const [before, covered] = [await ask(), await store().coverage(key.symbol)];
    expect(await archive()).toBe(121);
    expect([...disk.files.keys()].sort()).toEqual(
      ['01', '02'].map((month) => `archive/A%2FB/1m/%2E%2E/2025-${month}.parquet`),
    );
    expect(await inTable(key.symbol)).toBe(5);
    expect(await ask()).toEqual(before);
    expect(await store().coverage(key.symbol)).toContainEqual(covered[0]);
    expect(await archive()).toBe(0);
  });

  it('leave coarser bars behind, whole ones only, that say what they are, once', async () => {
    const key = { symbol: 'COARSE', source: 'mt5' };
    const fine = minutes(118, START + 2 * MINUTE);
    await store().write({ ...key, interval: '1m', simulated: false, bars: fine });
    const hour = wholeBars('COARSE', '1h', fine)[0]!;
    await store().write({
      ...key,
      interval: '15m',
      simulated: false,
      bars: wholeBars('COARSE', '15m', fine).slice(0, 2),
    });
    await archive();
    const made = { symbol: 'COARSE', source: 'mt5+resampled' };
    expect(await store().read({ ...made, ...ALL, interval: '1h' })).toEqual([hour]);
    expect(hour).toMatchObject({ openTime: START + HOUR, receiveTime: START + 2 * HOUR + 5, backfilled: true });
    expect(await store().read({ ...made, ...ALL, interval: '5m' })).toHaveLength(23);
    expect(await store().read({ ...made, ...ALL, interval: '15m' })).toHaveLength(7 - 2);
    const { rows } = await database().pool.query("select count(*)::int as rows from bars where symbol = 'COARSE'");
    await store().write({ ...key, interval: '1m', simulated: false, bars: fine.slice(0, 9) });
    await archive();
    expect(
      (await database().pool.query("select count(*)::int as rows from bars where symbol = 'COARSE'")).rows,
    ).toEqual(rows);
  });

  it('that come late are joined to their month, and those that only come again change nothing', async () => {
    const key = { symbol: 'LATE', interval: '1m' as const, source: 'mt5' };
    const bars = minutes(30);
    await store().write({ ...key, simulated: false, bars: bars.slice(0, 20) });
    await archive();
    const again = bars.slice(10, 20).map((bar) => ({ ...bar, receiveTime: NOW - DAY }));
    const corrected = { ...bars[3]!, close: 1.01, receiveTime: NOW - DAY };
    const late = [...again, corrected, ...bars.slice(20)];
    const expected = bars.map((bar) => (bar.openTime === corrected.openTime ? corrected : bar));
    await store().write({ ...key, simulated: false, bars: late });
    expect(await store().read({ ...key, ...ALL })).toEqual(expected);
    const reader = store();
    await reader.read({ ...key, ...ALL });
    await archive();
    for (const each of [reader, store()]) expect(await each.read({ ...key, ...ALL })).toEqual(expected);
    expect(await store().read({ ...key, ...ALL, knownAt: NOW - 2 * DAY })).toEqual(bars);
    await disk.write('archive/LATE/1m/mt5/2025-01.parquet', new Uint8Array());
    await archive();
    expect((await store().coverage('LATE')).find((each) => each.interval === '1m')).toMatchObject({ bars: 30 });
    expect([...disk.files.keys()].filter((path) => path.includes('LATE'))).toEqual([
      'archive/LATE/1m/mt5/2025-01.2.parquet',
    ]);
  });

  it('are neither lost nor doubled when the desk dies at any step', async () => {
    const bars = minutes(70);
    for (let dies = 1, survived = false; !survived; dies++) {
      for (const when of ['before', 'after'] as const) {
        const key = { symbol: `DIES-${dies}-${when}`, interval: '1m' as const, source: 'mt5' };
        disk = memoryDisk();
        await database().pool.query('delete from bars');
        await database().pool.query('delete from bar_archives');
        await store().write({ ...key, simulated: false, bars });
        const fate = dying(database(), disk, dies, when);
        const bound = { database: fate.database, bars: barStore(fate.database, clock, fate.disk), disk: fate.disk };
        await archiveBars(bound, { now: NOW, retention }).catch(() => undefined);
        survived = !fate.died();
        for (const wake of [() => undefined, archive]) {
          await wake();
          expect(await store().read({ ...key, ...ALL })).toEqual(bars);
          const held = (await store().coverage(key.symbol)).find((each) => each.interval === '1m');
          expect(held).toMatchObject({ bars: 70, from: START, to: START + 70 * MINUTE });
        }
        expect(await inTable(key.symbol)).toBe(0);
        expect(disk.files.size).toBe(2);
      }
    }
  }, 120_000);

  it('whose file is missing are not passed over', async () => {
    const key = { symbol: 'GONE', interval: '1m' as const, source: 'mt5' };
    await store().write({ ...key, simulated: false, bars: [...minutes(3), ...minutes(3, NOW - DAY)] });
    await archive();
    disk = memoryDisk();
    expect(await store().read({ ...key, ...ALL, limit: 3 })).toHaveLength(3);
    await expect(store().read({ ...key, ...ALL })).rejects.toMatchObject({ code: 'unavailable' });
  });
});
