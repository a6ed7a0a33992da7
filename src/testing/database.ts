import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import { type Database, openDatabase } from '../../db/client.ts';

const candidates = process.env.TEST_DATABASE_URL
  ? [process.env.TEST_DATABASE_URL]
  : ['postgres://postgres@127.0.0.1:5432/postgres', 'postgres://root@127.0.0.1:5432/postgres'];

async function findServer(): Promise<{ url: string } | { absent: string }> {
  let absent = '';
  for (const url of candidates) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      await client.query('select 1');
      return { url };
    } catch (failure) {
      absent = (failure as Error).message || (failure as { code?: string }).code || 'no answer';
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return { absent };
}

const server = await findServer();
/** A server that tests may create databases on, or undefined (said once, loudly, where tests are skipped). */
export const postgresServer = 'url' in server ? server.url : undefined;
export const postgresAbsent =
  'absent' in server ? `No PostgreSQL on 127.0.0.1:5432 (${server.absent}): its half of these tests is skipped.` : '';

/** A new, empty database on the server; `drop` ends its connections and removes it. */
export async function createPostgres(): Promise<{ url: string; drop(): Promise<void> }> {
  if (!postgresServer) throw new Error(postgresAbsent);
  const name = `conclave_test_${randomBytes(6).toString('hex')}`;
  const run = async (text: string) => {
    const client = new pg.Client({ connectionString: postgresServer });
    await client.connect();
    await client.query(text).finally(() => client.end());
  };
  await run(`create database ${name}`);
  const url = new URL(postgresServer);
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => run(`drop database if exists ${name} with (force)`) };
}

const cache = fileURLToPath(new URL('../../node_modules/.cache/conclave/', import.meta.url));

/** An empty embedded database as a file, made once per installed version: each test file then starts in 0.3 s, not 2. */
export async function embeddedTemplate(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const { version } = JSON.parse(await readFile(join(dirname(entry), '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const file = `${cache}pglite-${version}.tar`;
  if (existsSync(file)) return file;
  const lite = await PGlite.create('memory://');
  const dump = await lite.dumpDataDir('none');
  await lite.close();
  await mkdir(cache, { recursive: true });
  const aside = `${file}.${randomBytes(4).toString('hex')}`;
  await writeFile(aside, Buffer.from(await dump.arrayBuffer()));
  await rename(aside, file);
  return file;
}

/** Embedded, in memory, not yet migrated. */
export const openMemoryDatabase = async () => openDatabase({ memory: true, template: await embeddedTemplate() });

/**
 * The same tests on the embedded database (in memory) and, where a server answers, on a fresh PostgreSQL database.
 * `database()` is migrated; it is opened once for all tests inside and closed after them.
 */
export function describeOnDatabases(title: string, tests: (database: () => Database, kind: Database['kind']) => void) {
  const group =
    (kind: Database['kind'], open: () => Promise<{ database: Database; drop?: () => Promise<void> }>) => () => {
      let opened: Awaited<ReturnType<typeof open>>;
      beforeAll(async () => {
        opened = await open();
        await opened.database.migrate();
      });
      afterAll(async () => {
        await opened?.database.close();
        await opened?.drop?.();
      });
      tests(() => opened.database, kind);
    };
  describe(
    `${title} (embedded)`,
    group('embedded', async () => ({ database: await openMemoryDatabase() })),
  );
  if (!postgresServer) console.warn(postgresAbsent);
  describe.skipIf(!postgresServer)(
    `${title} (PostgreSQL)`,
    group('postgres', async () => {
      const { url, drop } = await createPostgres();
      return { database: await openDatabase({ url }), drop };
    }),
  );
}
