import type { PoolClient } from 'pg';
import type { Database } from './client.ts';

/**
 * Does `work` in one transaction, which is kept when it answers true and given up when it answers false or throws.
 * Throws what `work` throws.
 */
export async function inTransaction(
  { pool }: Pick<Database, 'pool'>,
  work: (client: PoolClient) => Promise<boolean>,
): Promise<boolean> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin');
    const done = await work(client);
    await client.query(done ? 'commit' : 'rollback');
    return done;
  } catch (thrown) {
    failure = thrown as Error;
    await client.query('rollback').catch(() => undefined);
    throw thrown;
  } finally {
    client.release(failure);
  }
}
