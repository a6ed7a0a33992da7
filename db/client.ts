import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { AppError } from '../src/domain/errors.ts';
import { translated } from './failures.ts';
import { LitePool } from './lite-pool.ts';
import type { LiteWorkerOptions } from './lite-worker.ts';

/** One code path for both: drizzle over a pool that is `pg`'s own, or one shaped like it. */
export interface Database {
  kind: 'embedded' | 'postgres';
  db: NodePgDatabase;
  /** For code that brings its own SQL: pg-boss, checkpoints. On embedded there is one session behind it. */
  pool: pg.Pool;
  /** Brings the tables up to this version. Throws `schema_outdated` where a newer version was here before. */
  migrate(): Promise<void>;
  health(): Promise<{ ok: true; latencyMs: number }>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** PostgreSQL; wins over the others. */
  url?: string;
  /** The embedded database lives in its subfolder `database`. The caller holds the folder's claim (data-dir.ts). */
  dataDir?: string;
  /** Embedded, gone when closed. */
  memory?: boolean;
  /** For `memory`: a file to start from (see src/testing/database.ts). */
  template?: string;
}

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url));
/** Any number that no other program on the server is likely to lock with. */
const MIGRATION_LOCK = 7_261_994_017;

/** Opens and checks, but does not migrate. Throws `unavailable` (server), `corrupt` or `read_only` (folder). */
export async function openDatabase({ url, dataDir, memory, template }: DatabaseOptions): Promise<Database> {
  if (url) return connect(url);
  if (memory) return overPool('embedded', await openLite({ template }));
  if (!dataDir) throw new AppError('bad_config', 'No database is set: give DATABASE_URL or DATA_DIR.');
  return openFolder(dataDir);
}

async function connect(url: string): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    application_name: 'conclave',
    connectionTimeoutMillis: 5_000,
  });
  // An idle connection that the server closed leaves the pool by itself; the next query reports what is wrong.
  pool.on('error', () => undefined);
  const database = overPool('postgres', pool);
  try {
    await database.health();
    return database;
  } catch (failure) {
    await pool.end();
    const known = translated(failure);
    if (known instanceof AppError) throw known;
    throw new AppError('bad_config', `The database refused the connection: ${(failure as Error).message}`, {
      cause: failure,
      hint: 'Check user, password and database name in DATABASE_URL.',
    });
  }
}

async function openFolder(dataDir: string): Promise<Database> {
  const folder = join(dataDir, 'database');
  const unfinished = join(dataDir, 'database.creating');
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    // Interrupted while it was first made: nothing of worth can be in it, and it would not open.
    if (existsSync(unfinished)) await rm(folder, { recursive: true, force: true });
    if ((await contents(folder)).length === 0) {
      await writeFile(unfinished, 'The embedded database is being created.\n', { mode: 0o600 });
      // The engine makes its files readable to all; the folder is what keeps others out.
      await mkdir(folder, { recursive: true, mode: 0o700 });
    }
  } catch (cause) {
    throw new AppError('read_only', `${dataDir} cannot be written: ${(cause as Error).message}`, { cause });
  }
  await refuseOtherVersion(folder);
  if (existsSync(unfinished)) await createEmbedded(folder);
  const pool = await openLite({ folder });
  const database = overPool('embedded', pool);
  return {
    ...database,
    async migrate() {
      await database.migrate();
      await rm(unfinished, { force: true });
    },
  };
}

async function createEmbedded(folder: string) {
  const script = fileURLToPath(new URL('./create-embedded.ts', import.meta.url));
  try {
    await promisify(execFile)(process.execPath, [script, folder]);
  } catch (cause) {
    const lines = String((cause as { stderr?: string }).stderr ?? cause)
      .trim()
      .split('\n');
    const why = lines.find((line) => line.includes('Error')) ?? lines.at(-1);
    throw new AppError('unavailable', `The embedded database in ${folder} could not be created: ${why}`, {
      cause,
      hint: 'Check that the disk has 200 MB free, then start again.',
    });
  }
}

const contents = (folder: string) => readdir(folder).catch(() => [] as string[]);

/** The engine would make a new database over what it does not recognise. */
async function refuseOtherVersion(folder: string) {
  if ((await contents(folder)).length === 0) return;
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version?.trim() === EMBEDDED_MAJOR) return;
  const why = version
    ? `it was made by PostgreSQL ${version.trim().slice(0, 20)}, this is ${EMBEDDED_MAJOR}`
    : 'its file PG_VERSION is missing';
  throw doesNotOpen(folder, why);
}
const EMBEDDED_MAJOR = '18';

async function openLite({ folder, template }: LiteWorkerOptions): Promise<LitePool> {
  const pool = new LitePool({ folder, template });
  try {
    await pool.ready;
    return pool;
  } catch (cause) {
    await pool.end();
    // The engine's own last words are about its build, which helps nobody.
    const said = (cause as Error).message.replace(/\.+$/, '');
    throw doesNotOpen(folder ?? 'memory', said.startsWith('Aborted') ? 'its files are damaged' : said, cause);
  }
}

const doesNotOpen = (folder: string, why: string, cause?: unknown) =>
  new AppError('corrupt', `The embedded database in ${folder} does not open: ${why}.`, {
    cause,
    hint: `Restore the last backup with \`conclave restore\`, or move ${folder} away to start with an empty database; the journal beside it stays.`,
  });

function overPool(kind: Database['kind'], pool: pg.Pool | LitePool): Database {
  const pgPool = pool as pg.Pool;
  const db = drizzle({ client: pgPool, casing: 'snake_case' });
  return {
    kind,
    db,
    pool: pgPool,
    migrate: () => (kind === 'postgres' ? lockedMigration(db, pgPool) : migration(db, pgPool)),
    async health() {
      const start = performance.now();
      await pgPool.query('select 1');
      return { ok: true, latencyMs: performance.now() - start };
    },
    close: () => pool.end(),
  };
}

/** Replicas that start together migrate one after the other. */
async function lockedMigration(db: NodePgDatabase, pool: pg.Pool) {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migration(db, pool);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    client.release();
  }
}

async function migration(db: NodePgDatabase, pool: pg.Pool) {
  const newest = Math.max(...readMigrationFiles({ migrationsFolder }).map((each) => each.folderMillis));
  const applied = await newestApplied(pool);
  if (applied > newest) {
    throw new AppError('schema_outdated', 'This database was changed by a newer version of Conclave.', {
      details: { applied: new Date(applied).toISOString(), known: new Date(newest).toISOString() },
    });
  }
  if (applied < newest) await migrate(db, { migrationsFolder });
  await createBarYears(pool);
}

/** Partitions of bars up to the end of next year; bars of later years wait in the default partition for theirs. */
export async function createBarYears(pool: Pick<pg.Pool, 'query'>): Promise<void> {
  await pool.query("select create_bar_years(extract(year from now() at time zone 'UTC')::integer + 1)");
}

async function newestApplied(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query("select to_regclass('drizzle.__drizzle_migrations') is not null as present");
  if (!rows[0].present) return 0;
  const { rows: marks } = await pool.query(
    'select coalesce(max(created_at), 0)::float8 as newest from drizzle.__drizzle_migrations',
  );
  return marks[0].newest;
}
