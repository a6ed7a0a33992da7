import type { Bar } from '../src/domain/bar.ts';
import { AppError } from '../src/domain/errors.ts';
import { barClose, barOpen, type Timestamp, toIso } from '../src/domain/time.ts';
import type { Disk } from '../src/ports/disk.ts';
import {
  type ArchivedMonth,
  archivePath,
  type BarVersion,
  decodeArchive,
  encodeArchive,
  type Series,
} from './bar-archive-file.ts';
import type { Database } from './client.ts';
import { inTransaction } from './transaction.ts';

/** Months kept decoded, some 7 MB each where they are of minutes. */
const KEPT = 4;

/** Reads archived months from the disk below which they were written. Throws `unavailable` where a file is missing. */
export function archiveReader(disk: Disk | undefined) {
  const kept = new Map<string, BarVersion[]>();
  return async function read(month: ArchivedMonth): Promise<BarVersion[]> {
    const path = archivePath(month);
    const known = kept.get(path);
    const content = known ? undefined : await disk?.read(path);
    if (!known && !content) {
      throw new AppError('unavailable', `Bars of ${month.symbol} ${month.month} lie in ${path}, which is missing.`, {
        hint: 'Copy the folder `archive` into DATA_DIR from where the desk ran before, or let replicas share it.',
      });
    }
    const rows = known ?? (await decodeArchive(path, content!));
    kept.delete(path);
    kept.set(path, rows);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
    return rows;
  };
}

const values = ['closeTime', 'open', 'high', 'low', 'close', 'volume'] as const;
export const sameValues = (a: Bar, b: Bar) => values.every((name) => a[name] === b[name]);

/** Later rows after archived ones. A row that both hold, or that only repeats the newest value, is left out. */
export function mergeVersions(archived: readonly BarVersion[], later: readonly BarVersion[]): BarVersion[] {
  const byOpen = new Map<Timestamp, BarVersion[]>();
  for (const row of archived) byOpen.set(row.openTime, [...(byOpen.get(row.openTime) ?? []), row]);
  for (const row of later) {
    const held = byOpen.get(row.openTime) ?? [];
    const repeated = held.some((each) => each.receiveTime === row.receiveTime && sameValues(each, row));
    const newest = held.at(-1);
    if (archived.length > 0 && (repeated || (newest && sameValues(newest, row)))) continue;
    byOpen.set(row.openTime, [...held, { ...row, version: (newest?.version ?? 0) + 1 }]);
  }
  return [...byOpen.values()].flat().sort((a, b) => a.openTime - b.openTime || a.version - b.version);
}

const rowsOf = `select open_time as "openTime", close_time as "closeTime", open, high, low, close, volume,
  receive_time as "receiveTime", backfilled, version, simulated from bars
  where symbol = $1 and "interval" = $2 and source = $3 and open_time >= $4 and open_time < $5 order by open_time, version`;

/**
 * Moves the bars of one month, all versions, from the table to a file, and answers how many rows. Safe to be cut off
 * anywhere: rows leave the table in the transaction that makes the file count, after the file was read back. Rows that
 * come meanwhile stay; the month is then left as it is until the next time.
 */
export async function archiveMonth(database: Database, disk: Disk, series: Series, within: Timestamp): Promise<number> {
  const { symbol, interval, source } = series;
  const [start, end] = [barOpen('1M', within), barClose('1M', barOpen('1M', within))];
  const month = toIso(start).replace(/-\d\dT.*/, '');
  const key = [symbol, interval, source];
  const { rows: found } = await database.pool.query(rowsOf, [...key, start, end]);
  if (found.length === 0) return 0;
  const later = found.map(({ simulated: _, backfilled, ...row }) => ({
    ...row,
    ...{ openTime: Number(row.openTime), closeTime: Number(row.closeTime), receiveTime: Number(row.receiveTime) },
    ...(backfilled ? { backfilled } : {}),
  })) as BarVersion[];
  const simulated = found.some((row) => row.simulated);

  const { rows: counted } = await database.pool.query<{ generation: number }>(
    'select generation from bar_archives where symbol = $1 and "interval" = $2 and source = $3 and month = $4',
    [...key, month],
  );
  const generation = counted[0]?.generation ?? 0;
  const before = { ...series, month, generation: Math.max(1, generation) };
  // Without an entry it is what a run that was cut off left behind, or a copy that somebody put there.
  const content = await disk.read(archivePath(before));
  if (!content && generation > 0) await archiveReader(disk)(before);
  const archived = content ? await decodeArchive(archivePath(before), content) : [];
  const rows = mergeVersions(archived, later);

  const next = { ...before, generation: generation + 1 };
  const path = archivePath(next);
  await disk.write(path, encodeArchive(series, simulated, rows));
  const written = await decodeArchive(path, (await disk.read(path)) ?? new Uint8Array());
  const text = (each: readonly BarVersion[]) => each.map((row) => JSON.stringify(Object.entries(row).sort())).join();
  if (text(written) !== text(rows)) throw new AppError('corrupt', `The archive ${path} did not read back as written.`);

  const bars = new Set(rows.map((row) => row.openTime)).size;
  const to = rows.reduce((latest, row) => Math.max(latest, row.closeTime), 0);
  const moved = await inTransaction(database, async (client) => {
    const { rowCount } = await client.query(
      'delete from bars where symbol = $1 and "interval" = $2 and source = $3 and open_time >= $4 and open_time < $5',
      [...key, start, end],
    );
    if (rowCount !== found.length) return false;
    await client.query(
      `insert into bar_archives (symbol, "interval", source, month, generation, simulated, bars, "from", "to")
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (symbol, "interval", source, month) do update
       set generation = excluded.generation, bars = excluded.bars, "from" = excluded."from", "to" = excluded."to"`,
      [...key, month, next.generation, simulated, bars, rows[0]!.openTime, to],
    );
    return true;
  });
  if (!moved) return 0;
  if (generation > 0) await disk.remove(archivePath(before));
  return found.length;
}
