import { encodeJson } from '../src/domain/canonical.ts';
import { AppError } from '../src/domain/errors.ts';
import type { JournalRecord } from '../src/domain/record.ts';
import { toIso } from '../src/domain/time.ts';
import { genesisHash, verifyChain } from '../src/journal/chain.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Journal } from '../src/ports/journal.ts';
import { BACKUP_VERSION, type BackupCounts, notABackup, readBackupFile, writeBackupFile } from './backup-file.ts';
import type { Database } from './client.ts';
import { createProjector } from './projections.ts';
import { inTransaction } from './transaction.ts';

/**
 * What is primary, with the key that it is read by. Projections are made again from the journal, the list of series from
 * the bars; sessions and leases end with a restore; jobs and schedules are registered again at every start.
 */
export const backedUp: Record<string, readonly string[]> = {
  settings: ['name'],
  files: ['path'],
  users: ['id'],
  bars: ['symbol', 'interval', 'source', 'open_time', 'version'],
  bar_archives: ['symbol', 'interval', 'source', 'month'],
  quarantine: ['symbol', 'interval', 'source', 'at', 'flag'],
  quotes: ['symbol', 'event_time', 'source'],
  news: ['id'],
  economic_events: ['id', 'version'],
  instruments: ['symbol'],
  fetched_ranges: ['symbol', 'interval', 'source', 'from'],
  corporate_actions: ['id', 'receive_time'],
  macro_series: ['id'],
  macro_observations: ['series', 'period', 'event_time'],
};
const ROWS = 2_000;
const RECORDS = 100;

/** Everything that cannot be computed again, in one file that either kind of database restores from. */
export async function createBackup(
  database: Database,
  journal: Journal,
  { file, clock, version }: { file: string; clock: Pick<Clock, 'now'>; version: string },
): Promise<BackupCounts & { file: string; bytes: number }> {
  const counts: BackupCounts = { rows: {}, records: 0 };
  async function* lines() {
    const head = {
      format: 'conclave-backup',
      version: BACKUP_VERSION,
      createdAt: toIso(clock.now()),
      conclave: version,
    };
    yield `${JSON.stringify(head)}\n`;
    for (const [table, key] of Object.entries(backedUp)) {
      counts.rows[table] = 0;
      for await (const rows of pagesOf(database, table, key)) {
        counts.rows[table] += rows.length;
        yield `{"table":"${table}","rows":[${rows.join(',')}]}\n`;
      }
    }
    for (const account of await journal.accounts()) {
      for await (const records of batches(journal.read(account))) {
        counts.records += records.length;
        yield `${encodeJson({ journal: account, records })}\n`;
      }
    }
    yield `${JSON.stringify({ end: counts })}\n`;
  }
  const { bytes } = await writeBackupFile(file, lines());
  return { ...counts, file, bytes };
}

/**
 * Fills an empty, migrated database and an empty journal, which it opens with a clock of its own and closes. The whole file is checked first, chains included. Throws
 * `conflict` when there is something already, `bad_file` when the backup is not whole.
 */
export async function restoreBackup(
  database: Database,
  openJournal: (clock: Pick<Clock, 'now'>) => Journal,
  file: string,
): Promise<BackupCounts> {
  const counts = await checkBackup(file);
  const clock = { time: 0, now: () => clock.time };
  const journal = openJournal(clock);
  try {
    await refuseFull(database, journal);
    await restoreTables(database, file);
    for await (const line of readBackupFile(file)) {
      if ('journal' in line) await restoreRecords(journal, clock, line.records);
    }
    await createProjector(database, journal).rebuild();
    return counts;
  } finally {
    await journal.close();
  }
}

/** Reads the whole file without changing anything. */
export async function checkBackup(file: string): Promise<BackupCounts> {
  const seen: BackupCounts = { rows: Object.fromEntries(Object.keys(backedUp).map((table) => [table, 0])), records: 0 };
  const heads = new Map<string, { sequence: number; hash: string }>();
  let declared: BackupCounts | undefined;
  for await (const line of readBackupFile(file)) {
    if ('table' in line) {
      if (!(line.table in backedUp)) throw notABackup(file, `it holds an unknown table, ${line.table}`);
      seen.rows[line.table] = (seen.rows[line.table] ?? 0) + line.rows.length;
    } else if ('journal' in line) {
      const from = heads.get(line.journal) ?? { sequence: 0, hash: genesisHash };
      const check = await verifyChain(line.records, from);
      if (check.outcome === 'broken')
        throw notABackup(file, `the journal of ${line.journal} is broken: ${check.reason}`);
      heads.set(line.journal, check);
      seen.records += line.records.length;
    } else if ('end' in line) declared = line.end;
  }
  const sameRows = Object.entries(seen.rows).every(([table, rows]) => (declared?.rows[table] ?? 0) === rows);
  if (!sameRows || declared?.records !== seen.records) throw notABackup(file, 'it holds less than it says');
  return seen;
}

/** Rows as JSON text, page by page in key order: no long transaction, so the desk goes on meanwhile. */
async function* pagesOf({ pool }: Database, table: string, key: readonly string[]): AsyncGenerator<string[]> {
  const columns = key.map((name) => `"${name}"`).join(', ');
  const select = `select row_to_json(t)::text as row, ${key.map((name) => `"${name}"::text`).join(', ')} from ${table} t`;
  const order = `order by ${columns} limit ${ROWS}`;
  let after: string[] | undefined;
  for (;;) {
    const where = after ? `where (${columns}) > (${key.map((_, i) => `$${i + 1}`).join(', ')})` : '';
    const { rows } = await pool.query<string[]>({
      text: `${select} ${where} ${order}`,
      values: after,
      rowMode: 'array',
    });
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map(([row]) => row!);
    if (rows.length < ROWS) return;
    after = last.slice(1);
  }
}

async function* batches(records: AsyncIterable<JournalRecord>): AsyncGenerator<JournalRecord[]> {
  let batch: JournalRecord[] = [];
  for await (const record of records) {
    batch.push(record);
    if (batch.length < RECORDS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function refuseFull({ pool }: Database, journal: Journal) {
  const held = (await journal.accounts()).length > 0 ? ['the journal'] : [];
  for (const table of Object.keys(backedUp)) {
    const { rows } = await pool.query(`select exists (select from ${table}) as full`);
    if (rows[0].full) held.push(table);
  }
  if (held.length === 0) return;
  throw new AppError(
    'conflict',
    `A backup is restored only into an empty place; there is something in ${held.join(', ')}.`,
    {
      hint: 'Set DATA_DIR to a new folder, or DATABASE_URL to a new database, and restore there.',
    },
  );
}

/** Backups of before events had versions hold one row for each: what the migration makes of it. */
const firstVersion = (row: Record<string, unknown>) => ({
  ...{ version: 1, known_time: row.announced_time },
  receive_time: row.actual === null ? row.announced_time : row.event_time,
  ...row,
});

/** All tables or none. */
async function restoreTables(database: Database, file: string) {
  await inTransaction(database, async (client) => {
    for await (const line of readBackupFile(file)) {
      if (!('table' in line)) continue;
      const { table, rows } = line;
      // Columns are matched by name, so that a table which has grown since still takes its older rows.
      const insert = `insert into ${table} select * from json_populate_recordset(null::${table}, $1::json)`;
      await client.query(insert, [JSON.stringify(table === 'economic_events' ? rows.map(firstVersion) : rows)]);
    }
    return true;
  });
}

/** The clock says each record's own time, so that the same chain with the same hashes comes out. */
async function restoreRecords(journal: Journal, clock: { time: number }, records: readonly JournalRecord[]) {
  for (let from = 0; from < records.length; ) {
    const { account, sequence, time } = records[from]!;
    let to = from + 1;
    while (to < records.length && records[to]!.time === time) to++;
    clock.time = time;
    const written = await journal.append(account, sequence - 1, records.slice(from, to));
    if (written.at(-1)!.hash !== records[to - 1]!.hash) {
      throw new AppError(
        'corrupt',
        `The restored journal of ${account} differs at record ${records[to - 1]!.sequence}.`,
      );
    }
    from = to;
  }
}
