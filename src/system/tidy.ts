import { join } from 'node:path';
import { createBackup } from '../../db/backup.ts';
import { createBarYears } from '../../db/client.ts';
import { prune } from '../../db/retention.ts';
import type { Config } from '../config.ts';
import { DAY, toIso } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import { version } from '../version.ts';
import { packPaperFiles } from './paper-files.ts';
import type { Storage } from './storage.ts';

const CHECKPOINTS_KEPT = 7 * DAY;
const BACKUPS_KEPT = 7;
const FOLDER = 'backups';

/**
 * Once a night: forgets what has had its time, and backs the embedded database up, which never calls fsync. A server's
 * database has backups of its own.
 */
export async function tidy({
  config,
  clock,
  storage,
}: {
  config: Config;
  clock: Pick<Clock, 'now'>;
  storage: Storage;
}): Promise<void> {
  const now = clock.now();
  const { database, journal, disk } = storage;
  const quotesBefore = now - config.retention.ticks * DAY;
  await prune(database, { now, quotesBefore, checkpointsBefore: now - CHECKPOINTS_KEPT });
  await createBarYears(database.pool);
  if (database.kind !== 'embedded') return;
  // Makes the folder, private to its owner.
  await disk.write(join(FOLDER, 'README'), new TextEncoder().encode('Nightly backups: conclave restore FILE --yes\n'));
  const file = join(config.dataDir, FOLDER, `conclave-${toIso(now).slice(0, 10)}.jsonl.gz`);
  await packPaperFiles({ database, dataDir: config.dataDir });
  await createBackup(database, journal, { file, clock, version });
  const backups = (await disk.list(FOLDER)).filter((name) => name.endsWith('.jsonl.gz'));
  for (const old of backups.slice(0, -BACKUPS_KEPT)) await disk.remove(join(FOLDER, old));
}
