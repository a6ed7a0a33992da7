import { lt, lte } from 'drizzle-orm';
import type { Timestamp } from '../src/domain/time.ts';
import { pruneCheckpoints } from './checkpoints.ts';
import type { Database } from './client.ts';
import { quotes, sessions } from './tables/index.ts';

/** Removes what nobody reads again: quotes that bars have replaced, sessions that ended, runs that nobody resumed. */
export async function prune(
  database: Database,
  { now, quotesBefore, checkpointsBefore }: { now: Timestamp; quotesBefore: Timestamp; checkpointsBefore: Timestamp },
): Promise<{ quotes: number; sessions: number; checkpoints: number }> {
  const { db } = database;
  const oldQuotes = await db.delete(quotes).where(lt(quotes.eventTime, quotesBefore));
  const ended = await db.delete(sessions).where(lte(sessions.expiresAt, now));
  const { rows } = await database.pool.query("select to_regclass('checkpoints.checkpoints') is not null as present");
  const checkpoints = rows[0].present ? await pruneCheckpoints(database, checkpointsBefore) : 0;
  return { quotes: oldQuotes.rowCount ?? 0, sessions: ended.rowCount ?? 0, checkpoints };
}
