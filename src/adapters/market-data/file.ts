import type { Bar } from '../../domain/bar.ts';
import { requireInstrument } from '../../domain/instruments.ts';
import type { Defect } from '../../domain/quality.ts';
import type { FileActions } from './file/actions.ts';
import type { Deviation } from './file/deviations.ts';
import { type DialectOptions, type FileDialect, ownRows, understand } from './file/dialect.ts';
import { readTable } from './file/table.ts';

export type { FileDialect } from './file/dialect.ts';

export interface FileOptions extends DialectOptions {
  symbol: string;
  /** Between cells; found when absent. */
  delimiter?: string;
}

export interface BarsFile extends FileActions {
  bars: Bar[];
  defects: Defect[];
  /** Rows that were read although they are written differently from the others. */
  deviations: Deviation[];
  notices: string[];
  detected: FileDialect;
}

/**
 * Reads bars from the text of a CSV file of almost any dialect, packed or not. Bars come oldest first and unchecked
 * (`checkBars` is next); rows that cannot be read are defects. Throws `bad_file` saying what was found and what is needed.
 */
export function readBarsFile(bytes: Uint8Array, options: FileOptions): BarsFile {
  const table = readTable(bytes, options);
  const dialect = understand(table, requireInstrument(options.symbol), options);
  const own = ownRows(table.rows, table.firstLine, dialect.ownership);
  const reader = dialect.reader();
  const { bars, ...read } = reader.read(dialect.newestFirst ? own.reverse() : own);
  const { deviations, notices, detected } = dialect;
  return { ...read, bars: [...bars, ...reader.rest()], deviations, notices, detected };
}
