import { join } from 'node:path';
import { createBackup, restoreBackup } from '../../db/backup.ts';
import { openDatabase } from '../../db/client.ts';
import { claimDataDir } from '../../db/data-dir.ts';
import { fileJournal } from '../../db/journal-file.ts';
import { postgresJournal } from '../../db/journal-postgres.ts';
import { systemClock } from '../adapters/clock.ts';
import type { Config } from '../config.ts';
import { version } from '../version.ts';
import { packPaperFiles, unpackPaperFiles } from './paper-files.ts';

/** Holds the folder and the database for one piece of work. Throws `locked` while a desk runs on them. */
async function withDatabase<T>(
  config: Config,
  work: (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>,
) {
  const claim = await claimDataDir(config.dataDir);
  try {
    const { DATABASE_URL: url } = config.env;
    const database = await openDatabase(url ? { url } : { dataDir: config.dataDir });
    try {
      await database.migrate();
      return await work(database);
    } finally {
      await database.close();
    }
  } finally {
    await claim.release();
  }
}

const total = ({ rows, records }: { rows: Record<string, number>; records: number }) =>
  Object.values(rows).reduce((sum, count) => sum + count, records);

const journalFolder = (config: Config) => join(config.dataDir, 'journal');

export const backupDesk = (config: Config, file: string): Promise<{ file: string; rows: number }> =>
  withDatabase(config, async (database) => {
    const journal = config.env.DATABASE_URL
      ? postgresJournal(database, systemClock)
      : fileJournal({ folder: journalFolder(config), clock: systemClock });
    try {
      if (!config.env.DATABASE_URL) await packPaperFiles({ database, dataDir: config.dataDir });
      return { file, rows: total(await createBackup(database, journal, { file, clock: systemClock, version })) };
    } finally {
      await journal.close();
    }
  });

/** Into an empty desk only: nothing is ever overwritten. */
export const restoreDesk = (config: Config, file: string): Promise<{ file: string; rows: number }> =>
  withDatabase(config, async (database) => {
    const openJournal = (clock: { now(): number }) =>
      config.env.DATABASE_URL
        ? postgresJournal(database, clock)
        : fileJournal({ folder: journalFolder(config), clock });
    const rows = total(await restoreBackup(database, openJournal, file));
    if (!config.env.DATABASE_URL) await unpackPaperFiles({ database, dataDir: config.dataDir });
    return { file, rows };
  });
