import { type FileMetaData, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { AppError } from '../../../domain/errors.ts';
import type { ByteSource } from '../../../ports/scratch.ts';
import { type RowBlock, type RowSource, wholeBlock } from './source.ts';
import type { Table } from './table.ts';

const MAGIC = 'PAR1';
/** Rows looked at for the dialect, and read at a time. */
const HEAD_ROWS = 100_000;
const BLOCK_ROWS = 50_000;

export async function isParquet(bytes: ByteSource): Promise<boolean> {
  return Buffer.from(await bytes.read(0, 4)).toString('latin1') === MAGIC;
}

/** Rows of a Parquet file, read by ranges: its columns are found by the same names as those of a CSV file. */
export async function parquetSource(bytes: ByteSource): Promise<RowSource> {
  const file = {
    byteLength: bytes.size,
    slice: async (from: number, to: number = bytes.size) => {
      const part = await bytes.read(from, to);
      return part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength) as ArrayBuffer;
    },
  };
  const metadata = await guarded(() => parquetMetadataAsync(file));
  const count = Number(metadata.num_rows);
  const columns = columnsOf(metadata);
  if (count === 0) throw new AppError('bad_file', 'The Parquet file has no rows.');
  if (columns.length === 0)
    throw new AppError('bad_file', 'The Parquet file has no plain columns.', {
      hint: 'Write time, open, high, low, close and volume as columns of their own.',
    });
  const names = columns.map(({ name }) => name);
  const rowsBetween = async (rowStart: number, rowEnd: number): Promise<string[][]> => {
    const objects = await guarded(() =>
      parquetReadObjects({ file, metadata, columns: names, rowStart, rowEnd, compressors, useOffsetIndex: true }),
    );
    return objects.map((each) => columns.map(({ name, naive }) => cell(each[name], naive)));
  };
  const head: Table = {
    header: names.map((name) => name.toLowerCase()),
    rows: await rowsBetween(0, Math.min(count, HEAD_ROWS)),
    firstLine: 1,
    delimiter: 'parquet',
    decimalComma: false,
    banner: [],
    compressed: false,
    encoding: 'utf-8',
    marks: [],
  };
  const whole = count <= HEAD_ROWS;
  return {
    head,
    whole,
    async *blocks(backwards) {
      if (whole) return yield wholeBlock(head, backwards);
      const starts = blockStarts(metadata);
      for (const [from, to] of backwards ? starts.reverse() : starts) {
        const rows = await rowsBetween(from, to);
        const block: RowBlock = backwards
          ? { rows: rows.reverse(), line: to, step: -1, done: 1 - from / count }
          : { rows, line: from + 1, step: 1, done: to / count };
        yield block;
      }
    },
  };
}

/** Ranges of rows that do not cross a row group: one that did would have both unpacked. */
function blockStarts({ row_groups }: FileMetaData): [number, number][] {
  const ranges: [number, number][] = [];
  let start = 0;
  for (const group of row_groups) {
    const end = start + Number(group.num_rows);
    for (let from = start; from < end; from += BLOCK_ROWS) ranges.push([from, Math.min(end, from + BLOCK_ROWS)]);
    start = end;
  }
  return ranges;
}

/** Top-level plain columns; `naive` marks times that are a wall clock's. */
function columnsOf(metadata: FileMetaData): { name: string; naive: boolean }[] {
  return parquetSchema(metadata).children.flatMap(({ element, children }) => {
    if (children.length > 0) return [];
    const logical = element.logical_type;
    return [{ name: element.name, naive: logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC }];
  });
}

function cell(value: unknown, naive: boolean): string {
  if (value === null || value === undefined) return '';
  if (!(value instanceof Date)) return String(value);
  if (Number.isNaN(value.getTime())) return '';
  const text = value.toISOString();
  return naive ? text.slice(0, -1) : text;
}

async function guarded<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('bad_file', 'The Parquet file ends too early or is damaged.', {
      cause,
      hint: 'Download or write it again: its index stands at its end. Nothing was stored.',
    });
  }
}
