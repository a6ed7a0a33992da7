import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { AppError } from '../../../domain/errors.ts';
import { badGzip } from './plain.ts';
import { timeFormatOf } from './stamps.ts';

/** A file as cells, before anything is known of their meaning. */
export interface Table {
  /** Lower-case names, or undefined when the file has no header. */
  header: string[] | undefined;
  rows: string[][];
  /** Line of rows[0] in the file, 1-based, for messages. */
  firstLine: number;
  delimiter: string;
  decimalComma: boolean;
  /** Lines before the header that were left out. */
  banner: string[];
  compressed: boolean;
  encoding: 'utf-8' | 'utf-16';
  /** What of its bytes is unusual but harmless, in words. */
  marks: string[];
}

/** Mark between cells, where it is given rather than found. */
export interface TableOptions {
  delimiter?: string;
}

/** Unpacked size above which a file is refused rather than read into memory. */
const LARGEST = 1024 * 1024 * 1024;
const delimiters = [',', ';', '\t', '|'];

export function readTable(bytes: Uint8Array, options: TableOptions = {}): Table {
  const compressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = compressed ? unpack(bytes) : bytes;
  const { text, encoding } = decode(plain);
  return { ...tableOf(text, options), compressed, encoding, marks: marksOf(plain, text) };
}

/** The same of text that is unpacked already. */
export function tableOf(text: string, options: TableOptions): Omit<Table, 'compressed' | 'encoding' | 'marks'> {
  if (text.slice(0, 2000).includes('\u0000')) {
    throw new AppError('bad_file', 'The file is binary, not text.', {
      hint: 'Give bars as CSV (also gzipped), Parquet or JSON.',
    });
  }
  const sample = text.split(/\r\n|\n|\r/, 60).filter((line) => line.trim() !== '');
  if (sample.length === 0) throw new AppError('bad_file', 'The file is empty.');
  if (/^\s*(<!doctype|<html|<\?xml|\{|\[)/i.test(sample[0]!)) {
    throw new AppError('bad_file', 'The file is a web page or JSON, not rows of bars.', {
      hint: 'Give a CSV file with the columns time, open, high, low, close and, if there is one, volume.',
    });
  }
  const delimiter = options.delimiter ?? delimiterOf(sample);
  const cells = parseRows(text, delimiter);
  const knownHeader = cells.slice(0, 20).findIndex(isHeader);
  const dataAt = cells.findIndex((row, i) => i > knownHeader && startsLikeBar(row));
  if (dataAt < 0) {
    throw new AppError('bad_file', `No row looks like a bar; the first line is "${sample[0]!.slice(0, 120)}".`, {
      hint: 'Each row needs a time and at least two numbers; where a header stands over others, use --columns.',
    });
  }
  // Names that nobody knows are still names when they stand over the first row, cell by cell.
  const above = cells[dataAt - 1];
  const strangeHeader = above?.length === cells[dataAt]!.length && above.every((cell) => /^[<(]?[a-z]/i.test(cell));
  const headerAt = knownHeader >= 0 ? knownHeader : strangeHeader ? dataAt - 1 : -1;
  const header = headerAt < 0 ? undefined : cells[headerAt]!.map((name) => name.trim().toLowerCase());
  const rows = cells.slice(dataAt);
  const decimalComma =
    delimiter !== ',' && rows.slice(0, 50).some((row) => row.some((cell) => /^-?\d+,\d+$/.test(cell.trim())));
  const banner = cells.slice(0, headerAt < 0 ? dataAt : headerAt).map((row) => row.join(delimiter));
  return { header, rows, firstLine: dataAt + 1, delimiter, decimalComma, banner };
}

export function marksOf(bytes: Uint8Array, text: string): string[] {
  const marks: string[] = [];
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) marks.push('It begins with a byte order mark.');
  if (text.includes('\r\n')) marks.push('Its lines end in CR LF.');
  return marks;
}

/** Cells of whole lines; empty lines are left out. */
export function parseRows(text: string, delimiter: string): string[][] {
  if (!text.includes('"')) return splitRows(text, delimiter);
  try {
    return parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (cause) {
    throw new AppError('bad_file', 'The file is not a table of comma-separated rows.', { cause });
  }
}

/** Without quotes a row is its line, cut at every mark: many times faster than a parser that looks for them. */
function splitRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  for (const line of text.split(text.includes('\n') ? '\n' : '\r')) {
    const end = line.endsWith('\r') ? line.length - 1 : line.length;
    if (end === 0) continue;
    const row = (end === line.length ? line : line.slice(0, end)).split(delimiter);
    for (let i = 0; i < row.length; i++) {
      const cell = row[i]!;
      if (cell.charCodeAt(0) <= 32 || cell.charCodeAt(cell.length - 1) <= 32) row[i] = cell.trim();
    }
    rows.push(row);
  }
  return rows;
}

function unpack(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST });
  } catch (cause) {
    throw badGzip(cause);
  }
}

function decode(bytes: Uint8Array): { text: string; encoding: Table['encoding'] } {
  // MetaTrader 5 exports UTF-16 with a byte order mark.
  const mark =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : '';
  const text = mark ? new TextDecoder(mark).decode(bytes) : fromUtf8OrLatin(bytes);
  return { text, encoding: mark ? 'utf-16' : 'utf-8' };
}

/** Old spreadsheets write one byte per letter; such a file is not valid UTF-8. */
export function fromUtf8OrLatin(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The mark that splits most lines into the same number of cells, at least four. */
function delimiterOf(sample: readonly string[]): string {
  const lines = sample.slice(-40);
  const score = (mark: string) => {
    const counts = lines.map((line) => line.split(mark).length).sort((a, b) => a - b);
    const middle = counts[Math.floor(counts.length / 2)]!;
    return middle < 3
      ? 0
      : counts.filter((count) => count === middle).length / counts.length + (mark === ',' ? 0 : 0.5);
  };
  // A comma inside "1,2345;1,2350" splits evenly too; any other mark that fits wins over it.
  const best = delimiters.map((mark) => ({ mark, score: score(mark) })).sort((a, b) => b.score - a.score)[0]!;
  if (best.score === 0) {
    throw new AppError('bad_file', `The rows have no columns; the first line is "${sample[0]!.slice(0, 120)}".`, {
      hint: 'Separate the columns with commas, semicolons, tabs or |.',
    });
  }
  return best.mark;
}

/** Words that a header consists of; a banner may hold one of them in a sentence, never three alone. */
const headerWord =
  /^<?(time|date|datetime|timestamp\w*|price|open[ _]?time|(bid|ask)[_ ]?\w*|\w*[_ ]?(bid|ask)|open|high|low|close|o|h|l|c|adj[_ ]?close|last|datum|zeit|eröffnung|erster|hoch|tief|schluss\w*|volumen|volume.*|tick_?vol\w*|vol|\d\. \w+)>?$/i;

const isHeader = (row: string[]) =>
  row.filter((cell) => headerWord.test(cell.trim())).length >= Math.max(2, Math.min(3, row.length - 1)) &&
  !row.some((cell) => /^-?\d+([.,]\d+)?$/.test(cell.trim()));

const startsLikeBar = (row: string[]) =>
  row.length >= 3 &&
  row.filter((cell) => /^-?\d+([.,]\d+)?(e[+-]?\d+)?$/i.test(cell.trim())).length >= 2 &&
  row.some((cell) => timeFormatOf([cell]) !== undefined);
