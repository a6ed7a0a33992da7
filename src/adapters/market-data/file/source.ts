import type { ByteSource } from '../../../ports/scratch.ts';
import { jsonSource } from './json-source.ts';
import { isParquet, parquetSource } from './parquet-source.ts';
import type { PlainFile } from './plain.ts';
import type { Table, TableOptions } from './table.ts';
import { textSource } from './text-source.ts';

/** Rows that follow each other, with the line of the first where it is known; `step` is -1 where they go backwards. */
export interface RowBlock {
  rows: string[][];
  line: number | undefined;
  step: 1 | -1;
  /** Where in the file reading has come to, 0 to 1. */
  done: number;
}

/** The rows of a file, of which only the head and one block are held at a time. */
export interface RowSource {
  /** The file's first rows; all of them when `whole`. */
  head: Table;
  whole: boolean;
  /** All rows, block by block, from the first or, backwards, from the last. */
  blocks(backwards: boolean): AsyncIterable<RowBlock>;
}

/** Text beyond this is not looked at for the dialect: some 100,000 rows. */
const HEAD_BYTES = 8 * 1024 * 1024;
/** Text held at a time. */
const BLOCK_BYTES = 1024 * 1024;

export interface SourceSizes {
  head: number;
  block: number;
}

/**
 * The rows of a CSV, JSON or Parquet file that is unpacked already. Throws `bad_file` for what is none of them.
 */
export async function rowSource(
  bytes: ByteSource,
  facts: Pick<PlainFile, 'compressed' | 'encoding'>,
  options: TableOptions,
  sizes: SourceSizes = { head: HEAD_BYTES, block: BLOCK_BYTES },
): Promise<RowSource> {
  if (await isParquet(bytes)) return parquetSource(bytes);
  const first = new TextDecoder().decode(await bytes.read(0, 64)).trimStart();
  if (/^[[{]/.test(first)) return jsonSource(bytes, facts, sizes);
  return textSource(bytes, facts, options, sizes);
}

/** A file whose rows are all in its head. */
export const wholeBlock = ({ rows, firstLine }: Pick<Table, 'rows' | 'firstLine'>, backwards: boolean): RowBlock =>
  backwards
    ? { rows: rows.toReversed(), line: firstLine + rows.length - 1, step: -1, done: 1 }
    : { rows, line: firstLine, step: 1, done: 1 };
