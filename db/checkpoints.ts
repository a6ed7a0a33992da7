import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import type { Timestamp } from '../src/domain/time.ts';
import type { Database } from './client.ts';

const SCHEMA = 'checkpoints';

/** Where LangGraph keeps runs that wait for a person. Ready to use when it resolves. */
export async function saver({ pool }: Database): Promise<PostgresSaver> {
  const postgresSaver = new PostgresSaver(pool, undefined, { schema: SCHEMA });
  await postgresSaver.setup();
  return postgresSaver;
}

/** Removes the threads whose newest checkpoint is older than `before`; nothing else ever would. Returns how many. */
export async function pruneCheckpoints({ pool }: Database, before: Timestamp): Promise<number> {
  const { rows } = await pool.query(
    `select thread_id from ${SCHEMA}.checkpoints group by thread_id having max(checkpoint->>'ts') < $1`,
    [new Date(before).toISOString()],
  );
  const threads = rows.map((row) => row.thread_id);
  if (threads.length === 0) return 0;
  for (const table of ['checkpoint_writes', 'checkpoint_blobs', 'checkpoints']) {
    await pool.query(`delete from ${SCHEMA}.${table} where thread_id = any($1)`, [threads]);
  }
  return threads.length;
}
