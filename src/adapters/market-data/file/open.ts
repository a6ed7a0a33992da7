import type { Bar } from '../../../domain/bar.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import type { Defect } from '../../../domain/quality.ts';
import type { ByteSource } from '../../../ports/scratch.ts';
import type { FileActions } from './actions.ts';
import { findColumns } from './columns.ts';
import { type Dialect, type DialectOptions, understand } from './dialect.ts';
import type { PlainFile } from './plain.ts';
import { noRowsOf, type Ownership, ownershipOf, type WrittenRow } from './rows.ts';
import { type RowBlock, type RowSource, rowSource, type SourceSizes } from './source.ts';
import type { TableOptions } from './table.ts';

export interface OpenedFile extends Pick<Dialect, 'detected' | 'notices'> {
  /** Bars as the file has them, oldest first, and rows that cannot be read; as often as wanted. */
  batches(): AsyncIterable<FileBatch>;
}

export interface FileBatch extends FileActions {
  bars: Bar[];
  defects: Defect[];
  /** Rows read, sound or not. */
  rows: number;
  /** Share of the file, 0 to 1. */
  done: number;
}

/** Rows of one instrument that are enough to know a file by, where its head has none of them. */
const ENOUGH = 50_000;

/**
 * A file of bars of any size, unpacked already: its dialect is found from its first rows, its bars are read in batches.
 * Throws `bad_file` saying what was found and what is needed.
 */
export async function openBarsFile(
  bytes: ByteSource,
  facts: Pick<PlainFile, 'compressed' | 'encoding'>,
  instrument: Instrument,
  options: DialectOptions & TableOptions,
  sizes?: SourceSizes,
): Promise<OpenedFile> {
  const source = await rowSource(bytes, facts, options, sizes);
  const ownership = ownershipOf(findColumns(source.head, options.columns, options.prices), instrument);
  const later = ownership && !source.whole ? await laterRows(source, ownership, instrument) : [];
  const { detected, notices, newestFirst, ...dialect } = understand(source.head, instrument, options, later);
  if (!source.whole) notices.push(`It was understood from its first ${detected.rows} rows.`);
  return {
    detected,
    notices,
    async *batches() {
      const reader = dialect.reader();
      for await (const block of source.blocks(newestFirst)) {
        const rows = own(block, ownership);
        yield { ...reader.read(rows), rows: rows.length, done: block.done };
      }
      yield { bars: reader.rest(), defects: [], actions: [], rows: 0, done: 1 };
    },
  };
}

/** Files of many symbols are often sorted by them: the one asked for may begin far behind the head. */
async function laterRows(source: RowSource, ownership: Ownership, instrument: Instrument): Promise<WrittenRow[]> {
  if (source.head.rows.some((row) => ownership.owns(row))) return [];
  const found: WrittenRow[] = [];
  for await (const block of source.blocks(false)) {
    found.push(...own(block, ownership));
    if (found.length >= ENOUGH) break;
  }
  if (found.length === 0) throw noRowsOf(instrument, ownership);
  return found;
}

function own({ rows, line, step }: RowBlock, ownership: Ownership | undefined): WrittenRow[] {
  const all = rows.map((row, i): WrittenRow => [row, line === undefined ? undefined : line + step * i]);
  return ownership ? all.filter(([row]) => ownership.owns(row)) : all;
}
