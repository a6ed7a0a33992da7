import { cp, mkdir, mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeOnDatabases } from '../src/testing/database.ts';
import { openDatabase } from './client.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'conclave-client-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describeOnDatabases('a database', (database, kind) => {
  it('is up to date after migrating once, twice or by two replicas at once', async () => {
    const { rows } = await database().pool.query('select count(*)::int as n from drizzle.__drizzle_migrations');
    await Promise.all([database().migrate(), database().migrate()]);
    expect((await database().pool.query('select count(*)::int as n from drizzle.__drizzle_migrations')).rows).toEqual(
      rows,
    );
    expect(database().kind).toBe(kind);
    expect((await database().health()).latencyMs).toBeGreaterThan(0);
  });

  it('that a newer version of Conclave has changed is left alone', async () => {
    await database().pool.query(
      "insert into drizzle.__drizzle_migrations (hash, created_at) values ('from the future', 9999999999999)",
    );
    await expect(database().migrate()).rejects.toMatchObject({ code: 'schema_outdated' });
    await database().pool.query("delete from drizzle.__drizzle_migrations where hash = 'from the future'");
  });

  it('takes a transaction back as a whole', async () => {
    const { db, pool } = database();
    await pool.query('create table notes (text text)');
    const failed = db.transaction(async (transaction) => {
      await transaction.execute("insert into notes values ('a')");
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect((await pool.query('select * from notes')).rows).toEqual([]);
  });
});

describe('the embedded database on disk', () => {
  // Made once, then copied: to make one takes seconds.
  let made: string;
  beforeAll(async () => {
    made = join(root, 'made');
    const database = await openDatabase({ dataDir: made });
    await database.migrate();
    await database.close();
  }, 90_000);
  const copy = async (name: string) => {
    const dataDir = join(root, name);
    await cp(made, dataDir, { recursive: true });
    return dataDir;
  };

  it('keeps what was committed, in a folder that only its owner can read', async () => {
    const dataDir = await copy('kept');
    const first = await openDatabase({ dataDir });
    await first.pool.query("insert into settings values ('universe', '[]', 'owner', 1)");
    await first.close();
    expect((await stat(join(made, 'database'))).mode & 0o077).toBe(0);
    const second = await openDatabase({ dataDir });
    await second.migrate();
    expect((await second.pool.query('select name from settings')).rows).toEqual([{ name: 'universe' }]);
    await second.close();
  }, 90_000);

  it('starts afresh when its very first creation was interrupted', async () => {
    const dataDir = join(root, 'interrupted');
    await mkdir(join(dataDir, 'database'), { recursive: true });
    await writeFile(join(dataDir, 'database', 'PG_VERSION'), '18\n');
    await writeFile(join(dataDir, 'database.creating'), '');
    const database = await openDatabase({ dataDir });
    await database.migrate();
    await expect(stat(join(dataDir, 'database.creating'))).rejects.toThrow('ENOENT');
    await database.close();
  }, 90_000);

  it('says what to do when it is damaged, and never empties it by itself', async () => {
    const dataDir = await copy('damaged');
    const control = join(dataDir, 'database', 'global', 'pg_control');
    await truncate(control, 10);
    const damaged = openDatabase({ dataDir });
    await expect(damaged).rejects.toMatchObject({ code: 'corrupt', hint: expect.stringContaining('conclave restore') });
    await expect(damaged).rejects.toThrow(join(dataDir, 'database'));
    await rm(control);
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({ code: 'corrupt' });
    await rm(join(dataDir, 'database', 'PG_VERSION'));
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({ code: 'corrupt' });
    await writeFile(join(dataDir, 'database', 'PG_VERSION'), '14\n');
    await expect(openDatabase({ dataDir })).rejects.toThrow('PostgreSQL 14');
  }, 90_000);

  it('says so when the folder cannot be written', async () => {
    const file = join(root, 'a-file');
    await writeFile(file, '');
    await expect(openDatabase({ dataDir: join(file, 'data') })).rejects.toMatchObject({ code: 'read_only' });
    await expect(openDatabase({})).rejects.toMatchObject({ code: 'bad_config' });
  });
});

describe('a PostgreSQL server', () => {
  it('that does not answer is named unavailable, without the password', async () => {
    const failed = openDatabase({ url: 'postgres://desk:hunter2@127.0.0.1:1/desk' });
    await expect(failed).rejects.toMatchObject({ code: 'unavailable' });
    await expect(failed).rejects.not.toThrow('hunter2');
  });
});
