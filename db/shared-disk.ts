import type { PoolClient } from 'pg';
import { AppError } from '../src/domain/errors.ts';
import type { Disk, SharedDisk } from '../src/ports/disk.ts';
import type { Database } from './client.ts';
import { codeOf, translated } from './failures.ts';

const LOCK_TIMEOUT = '55P03';

export interface SharedDiskOptions {
  /** Paths begin with it; one lock holds all of them. */
  folder: string;
  /** How long a turn waits for another process to finish its own. */
  patienceMs?: number;
}

/**
 * Files as rows of a PostgreSQL table. A turn is a transaction under a lock of the server, so a process that dies in it
 * leaves nothing and lets go at once.
 */
export function sharedDisk({ pool }: Database, { folder, patienceMs = 15_000 }: SharedDiskOptions): SharedDisk {
  async function begin(client: PoolClient): Promise<number> {
    await client.query(`begin; set local lock_timeout = ${Math.round(patienceMs)}`);
    try {
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 7261994))', [folder]);
    } catch (cause) {
      if (codeOf(cause) !== LOCK_TIMEOUT) throw cause;
      throw new AppError('locked', `Another desk on this database has kept ${folder} for ${patienceMs / 1_000} s.`, {
        cause,
        hint: 'Try again in a moment. If it lasts, stop the desk that hangs.',
      });
    }
    // A statement of its own: only now does it see what the turn before wrote.
    const { rows } = await client.query<{ newest: number }>(
      "select coalesce(max(revision), 0)::float8 as newest from files where starts_with(path, $1 || '/')",
      [folder],
    );
    return rows[0]!.newest;
  }

  return {
    async turn(work) {
      let client: PoolClient | undefined;
      let lost: Error | undefined;
      try {
        client = await pool.connect();
        const before = await begin(client);
        const { disk, wrote } = rowsOf(client, folder, before + 1);
        const value = await work(disk, before);
        await client.query('commit');
        return { value, revision: wrote() ? before + 1 : before };
      } catch (failure) {
        await client?.query('rollback').catch((broken: Error) => {
          lost = broken;
        });
        throw translated(failure);
      } finally {
        client?.release(lost);
      }
    },
  };
}

/** The files as a disk, within one open transaction. */
function rowsOf(client: PoolClient, folder: string, revision: number): { disk: Disk; wrote: () => boolean } {
  let changes = 0;
  const inside = (path: string) => {
    if (path.startsWith(`${folder}/`)) return path;
    throw new AppError('internal', `${path} is not in ${folder}, which this turn holds.`);
  };
  const disk: Disk = {
    async read(path) {
      const { rows } = await client.query<{ content: Uint8Array }>('select content from files where path = $1', [
        inside(path),
      ]);
      return rows[0]?.content;
    },
    async write(path, content) {
      changes += 1;
      await client.query(
        `insert into files values ($1, $2, $3)
         on conflict (path) do update set content = excluded.content, revision = excluded.revision`,
        [inside(path), Buffer.from(content), revision],
      );
    },
    async list(path) {
      const prefix = path === '' ? '' : `${path}/`;
      const { rows } = await client.query<{ path: string }>(
        'select path from files where starts_with(path, $1) order by path',
        [prefix],
      );
      return rows.map((row) => row.path.slice(prefix.length)).filter((name) => !name.includes('/'));
    },
    async remove(path) {
      changes += 1;
      await client.query('delete from files where path = $1', [inside(path)]);
    },
  };
  return { disk, wrote: () => changes > 0 };
}
