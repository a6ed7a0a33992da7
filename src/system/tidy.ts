import { join } from 'node:path';
import { createBackup } from '../../db/backup.ts';
import { archiveBars } from '../../db/bar-retention.ts';
import { createBarYears } from '../../db/client.ts';
import { prune } from '../../db/retention.ts';
import type { Log } from '../adapters/log.ts';
import type { Config } from '../config.ts';
import { DAY, toIso } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import { version } from '../version.ts';
import { packPaperFiles } from './paper-files.ts';
import type { Storage } from './storage.ts';

const CHECKPOINTS_KEPT = 7 * DAY;
const BACKUPS_KEPT = 7;
const FOLDER = 'backups';

export interface TidyOptions {
  config: Config;
  clock: Pick<Clock, 'now'>;
  storage: Storage;
  log: Pick<Log, 'info'>;
}

/**
 * Once a night: forgets what has had its time, backs the embedded database up, which never calls fsync (a server's
 * database has backups of its own), and moves old bars to files.
 */
export async function tidy({ config, clock, storage, log }: TidyOptions): Promise<void> {
  const now = clock.now();
  const { database, disk } = storage;
  const quotesBefore = now - config.retention.ticks * DAY;
  await prune(database, { now, quotesBefore, checkpointsBefore: now - CHECKPOINTS_KEPT });
  await createBarYears(database.pool);
  if (database.kind === 'embedded') await backUp({ config, clock, storage });
  // Last: a full disk must not keep the backup from being made.
  const moved = await archiveBars({ database, bars: storage.stores.bars, disk }, { now, retention: config.retention });
  if (moved > 0) log.info({ rows: moved }, 'Bars that had their time went to DATA_DIR/archive');
}

async function backUp({ config, clock, storage }: Omit<TidyOptions, 'log'>): Promise<void> {
  const { database, journal, disk } = storage;
  // Makes the folder, private to its owner.
  await disk.write(join(FOLDER, 'README'), new TextEncoder().encode('Nightly backups: conclave restore FILE --yes\n'));
  const file = join(config.dataDir, FOLDER, `conclave-${toIso(clock.now()).slice(0, 10)}.jsonl.gz`);
  await packPaperFiles({ database, dataDir: config.dataDir });
  await createBackup(database, journal, { file, clock, version });
  const backups = (await disk.list(FOLDER)).filter((name) => name.endsWith('.jsonl.gz'));
  for (const old of backups.slice(0, -BACKUPS_KEPT)) await disk.remove(join(FOLDER, old));
}
