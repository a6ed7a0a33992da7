import type { Database } from '../../db/client.ts';
import { sharedDisk } from '../../db/shared-disk.ts';
import { folderDisk } from '../adapters/disk.ts';
import type { Disk } from '../ports/disk.ts';

/** The paper exchange's files, on whichever disk. */
export const paperFolder = (account: string) => `paper/${account}`;

/** The account of a paper desk. */
export const ACCOUNT = 'paper';

interface Place {
  database: Database;
  dataDir: string;
}

/**
 * An embedded desk keeps its paper exchange in files that outlast a power cut, a backup carries tables: before a backup
 * the files are copied into theirs.
 */
export const packPaperFiles = ({ database, dataDir }: Place) =>
  sharedDisk(database, { folder: paperFolder(ACCOUNT) }).turn((rows) => copy(folderDisk(dataDir), rows));

/** After a restore into an embedded desk, the other way. On PostgreSQL the rows are the exchange. */
export const unpackPaperFiles = ({ database, dataDir }: Place) =>
  sharedDisk(database, { folder: paperFolder(ACCOUNT) }).turn((rows) => copy(rows, folderDisk(dataDir)));

async function copy(from: Disk, to: Disk) {
  const folder = paperFolder(ACCOUNT);
  const names = new Set(await from.list(folder));
  for (const name of await to.list(folder)) if (!names.has(name)) await to.remove(`${folder}/${name}`);
  // The state before the archives: an order that moves meanwhile is then in both, never in none.
  for (const name of [...names].sort().reverse()) {
    const content = await from.read(`${folder}/${name}`);
    if (content) await to.write(`${folder}/${name}`, content);
  }
}
