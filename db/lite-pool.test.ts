import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeOnDatabases, embeddedTemplate } from '../src/testing/database.ts';
import { LitePool, type LitePoolOptions } from './lite-pool.ts';

// One contract for both pools: whatever runs on `pg` must not notice which of them it has.
describeOnDatabases('a pool', (database) => {
  const pool = () => database().pool;

  it('gives values of every type that the desk stores as pg gives them', async () => {
    const { rows } = await pool().query(
      `select $1::int as whole, $2::float8 as half, $3::numeric(38,9) as amount, $4::text as text, $5::bytea as bytes,
              $6::jsonb as json, $7::text[] as list, $8::timestamptz as at, $9::boolean as yes, $10::text as nothing,
              $11::bigint as big`,
      [
        7,
        0.5,
        '1.000000001',
        'a\nb€',
        Buffer.from([0, 255]),
        { a: [1] },
        ['x', 'y"z'],
        new Date(1_750_000_000_123),
        true,
        null,
        9_007_199_254_740_993n,
      ],
    );
    expect(rows).toEqual([
      {
        whole: 7,
        half: 0.5,
        amount: '1.000000001',
        text: 'a\nb€',
        bytes: Buffer.from([0, 255]),
        json: { a: [1] },
        list: ['x', 'y"z'],
        at: new Date(1_750_000_000_123),
        yes: true,
        nothing: null,
        big: '9007199254740993',
      },
    ]);
  });

  it('counts rows, names fields and can give rows as arrays', async () => {
    await pool().query('create table counted (a int)');
    const inserted = await pool().query('insert into counted select generate_series(1, 3)');
    expect(inserted).toMatchObject({ command: 'INSERT', rowCount: 3, rows: [] });
    const read = await pool().query({
      text: 'select a, a as a from counted where a > $1',
      values: [1],
      rowMode: 'array',
    });
    expect(read.rows).toEqual([
      [2, 2],
      [3, 3],
    ]);
    expect(read.fields.map((field) => field.name)).toEqual(['a', 'a']);
    expect((await pool().query('select a from counted where a > 10')).rowCount).toBe(0);
  });

  it('runs several statements without values at once', async () => {
    const results = (await pool().query("select 1 as a; select 'x' as b")) as unknown as { rows: object[] }[];
    expect(results.map((result) => result.rows[0])).toEqual([{ a: 1 }, { b: 'x' }]);
  });

  it('names the code and the constraint of a failure, and works on after it', async () => {
    await pool().query('create table keyed (id int constraint one_each primary key)');
    await pool().query('insert into keyed values ($1)', [1]);
    const again = pool().query('insert into keyed values ($1)', [1]);
    await expect(again).rejects.toMatchObject({ code: '23505', constraint: 'one_each', table: 'keyed' });
    await expect(again).rejects.toBeInstanceOf(pg.DatabaseError);
    await expect(pool().query('select * from nowhere')).rejects.toMatchObject({ code: '42P01' });
    await expect(pool().query('begin; select 1/0; commit')).rejects.toMatchObject({ code: '22012' });
    expect((await pool().query('select count(*)::int as n from keyed')).rows).toEqual([{ n: 1 }]);
  });

  it('keeps the transactions of simultaneous clients apart', async () => {
    await pool().query('create table ledger (client int, step int)');
    const transact = async (id: number) => {
      const client = await pool().connect();
      await client.query('begin');
      for (let step = 0; step < 4; step++) await client.query('insert into ledger values ($1, $2)', [id, step]);
      await client.query(id % 2 === 0 ? 'commit' : 'rollback');
      client.release();
    };
    await Promise.all(Array.from({ length: 10 }, (_, id) => transact(id)));
    const { rows } = await pool().query('select client, count(*)::int as steps from ledger group by client order by 1');
    expect(rows).toEqual([0, 2, 4, 6, 8].map((client) => ({ client, steps: 4 })));
  });

  it('rolls back to a savepoint without ending the transaction', async () => {
    await pool().query('create table saved (a int)');
    const client = await pool().connect();
    await client.query('begin');
    await client.query('insert into saved values (1)');
    await client.query('savepoint inner_one');
    await client.query('insert into saved values (2)');
    await client.query('rollback to savepoint inner_one');
    await client.query('commit');
    client.release();
    expect((await pool().query('select a from saved')).rows).toEqual([{ a: 1 }]);
  });

  it('forgets what a client that was released because of a failure had begun', async () => {
    await pool().query('create table begun (a int)');
    const client = await pool().connect();
    await client.query('begin');
    await client.query('insert into begun values (1)');
    client.release(new Error('the caller gave up'));
    expect((await pool().query('select * from begun')).rows).toEqual([]);
    expect(() => client.release()).toThrow('release');
  });

  it('answers callbacks too, as older code expects', async () => {
    const answer = await new Promise((resolve, reject) => {
      pool().query('select $1::int as a', [5], (failure, result) => (failure ? reject(failure) : resolve(result.rows)));
    });
    expect(answer).toEqual([{ a: 5 }]);
    const failure = await new Promise<unknown>((resolve) => {
      pool().query('select * from nowhere', (failed: Error) => resolve(failed));
    });
    expect(failure).toMatchObject({ code: '42P01' });
  });
});

describe('the embedded pool', () => {
  let pool: LitePool;
  const open = async (options: LitePoolOptions = {}) => {
    const opened = new LitePool({ template: await embeddedTemplate(), ...options });
    await opened.ready;
    return opened;
  };
  beforeAll(async () => {
    pool = await open({ leaseTimeoutMs: 200 });
  });
  afterAll(() => pool.end());

  it('serves clients in the order in which they came', async () => {
    const order: number[] = [];
    const turn = async (n: number) => {
      const client = await pool.connect();
      order.push(n);
      client.release();
    };
    await Promise.all([turn(1), turn(2), turn(3)]);
    expect(order).toEqual([1, 2, 3]);
  });

  it('rolls back what a client left open, so that the next one starts clean', async () => {
    const client = await pool.connect();
    await client.query('begin');
    await client.query('create table abandoned (a int)');
    client.release();
    await expect(pool.query('select * from abandoned')).rejects.toMatchObject({ code: '42P01' });
  });

  it('says so when a transaction holds the session too long, and recovers when it ends', async () => {
    const client = await pool.connect();
    await expect(pool.query('select 1')).rejects.toMatchObject({ code: 'timeout' });
    client.release();
    expect(await pool.query('select 1 as a')).toMatchObject({ rows: [{ a: 1 }] });
    await expect(client.query('select 1')).rejects.toThrow('released');
  });

  it('leaves the event loop free while a long query runs', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await pool.query('select count(*) from generate_series(1, 1500000)');
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  it('refuses queries once it is closed', async () => {
    const closing = await open();
    const last = closing.query('select 1 as a');
    await closing.end();
    expect(await last).toMatchObject({ rows: [{ a: 1 }] });
    await expect(closing.query('select 1')).rejects.toMatchObject({ code: 'unavailable' });
    await closing.end();
  });

  it('closes although a client was never given back', async () => {
    const closing = await open({ endTimeoutMs: 100 });
    const client = await closing.connect();
    await client.query('begin');
    await closing.end();
    await expect(closing.connect()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('tells everyone who waits when its thread dies, instead of leaving them waiting', async () => {
    const dying = await open();
    const told = vi.fn();
    dying.on('error', told);
    const waiting = dying.query('select pg_sleep(20)');
    await dying.terminate();
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
    await expect(dying.query('select 1')).rejects.toMatchObject({ code: 'unavailable' });
    expect(told).toHaveBeenCalledOnce();
    await dying.end();
  });
});
