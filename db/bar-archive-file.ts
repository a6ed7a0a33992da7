import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Bar } from '../src/domain/bar.ts';
import { AppError } from '../src/domain/errors.ts';
import type { Interval } from '../src/domain/time.ts';

export interface Series {
  symbol: string;
  interval: Interval;
  source: string;
}
/** A bar as it was known from its receiveTime until the next version's. */
export interface BarVersion extends Bar {
  version: number;
}
export interface ArchivedMonth extends Series {
  /** As in `2025-03`, UTC. */
  month: string;
  generation: number;
}

/** Names that come from outside, as names of folders. */
const safe = (name: string) => encodeURIComponent(name).replace(/^\.+/, (dots) => '%2E'.repeat(dots.length));
/** `1m` and `1M` are one folder on disks that do not tell capitals. */
const folderOf = (interval: Interval) => (interval === '1M' ? '1mo' : interval);

/** Below DATA_DIR. A file of one name never changes once it counts. */
export function archivePath({ symbol, interval, source, month, generation }: ArchivedMonth): string {
  const name = generation === 1 ? month : `${month}.${generation}`;
  return `archive/${safe(symbol)}/${folderOf(interval)}/${safe(source)}/${name}.parquet`;
}

const times = ['openTime', 'closeTime', 'receiveTime'] as const;
const prices = ['open', 'high', 'low', 'close', 'volume'] as const;
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Every column of the table under its own name, so that the file can be read by itself elsewhere; Snappy. */
export function encodeArchive(
  { symbol, interval, source }: Series,
  simulated: boolean,
  rows: readonly BarVersion[],
): Uint8Array {
  const names = Object.entries({ symbol, interval, source }).map(([name, value]) => ({
    ...{ name, type: 'STRING' as const, nullable: false, data: rows.map(() => value) },
  }));
  const stamps = times.map((name) => ({
    ...{ name: snake(name), type: 'TIMESTAMP' as const, nullable: false },
    data: rows.map((row) => new Date(row[name])),
  }));
  const values = prices.map((name) => ({
    ...{ name, type: 'DOUBLE' as const, nullable: false, data: rows.map((row) => row[name]) },
  }));
  const version = { name: 'version', type: 'INT32' as const, nullable: false, data: rows.map((row) => row.version) };
  const flags = { type: 'BOOLEAN' as const, nullable: false };
  const backfilled = { ...flags, name: 'backfilled', data: rows.map((row) => row.backfilled === true) };
  const made = { ...flags, name: 'simulated', data: rows.map(() => simulated) };
  const columnData = [...names, ...stamps, version, ...values, backfilled, made];
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: 'conclave' }));
}

/** By openTime, then version. Throws `corrupt`. */
export async function decodeArchive(path: string, content: Uint8Array): Promise<BarVersion[]> {
  const file = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength) as ArrayBuffer;
  try {
    const columns = [...times.map(snake), 'version', ...prices, 'backfilled'];
    const found = await parquetReadObjects({ file, metadata: parquetMetadata(file), columns });
    return found.map((row) => ({
      openTime: (row.open_time as Date).getTime(),
      closeTime: (row.close_time as Date).getTime(),
      ...{ open: row.open, high: row.high, low: row.low, close: row.close, volume: row.volume },
      receiveTime: (row.receive_time as Date).getTime(),
      ...(row.backfilled ? { backfilled: true } : {}),
      version: row.version,
    })) as BarVersion[];
  } catch (cause) {
    throw new AppError('corrupt', `The archive ${path} cannot be read: ${(cause as Error).message}`, {
      cause,
      hint: `Put the file back from a copy of DATA_DIR/archive.`,
    });
  }
}
