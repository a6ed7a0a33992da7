import { AppError } from '../../../domain/errors.ts';
import type { ByteSource } from '../../../ports/scratch.ts';
import { backwardLines, forwardLines, headLines } from './lines.ts';
import type { PlainFile } from './plain.ts';
import { type RowBlock, type RowSource, type SourceSizes, wholeBlock } from './source.ts';
import type { Table } from './table.ts';

type Written = Record<string, unknown>;

/** A JSON document that is not one object a line is read whole, up to here. */
const LARGEST_DOCUMENT = 64 * 1024 * 1024;

const needed = {
  hint: 'Give a list of objects with time, open, high, low and close, one object a line when the file is large.',
};

/** Bars as JSON: a list of objects, on lines of their own or not, or one object a line. */
export async function jsonSource(
  bytes: ByteSource,
  { compressed, encoding }: Pick<PlainFile, 'compressed' | 'encoding'>,
  sizes: SourceSizes,
): Promise<RowSource> {
  const { text, to } = await headLines(bytes, sizes.head);
  const byLine = objectsOf(text);
  const objects = byLine ?? (await document(bytes));
  const header = Object.keys(objects[0] ?? {});
  if (header.length === 0) throw new AppError('bad_file', 'The JSON holds no objects that could be bars.', needed);
  const rowOf = (each: Written) => header.map((name) => cell(each[name]));
  const head: Table = {
    header: header.map((name) => name.toLowerCase()),
    rows: objects.map(rowOf),
    firstLine: 1,
    delimiter: 'json',
    decimalComma: false,
    banner: [],
    compressed,
    encoding,
    marks: [],
  };
  const whole = byLine === undefined || to >= bytes.size;
  return {
    head,
    whole,
    async *blocks(backwards) {
      if (whole) return yield wholeBlock(head, backwards);
      let line = 1;
      const pieces = backwards ? backwardLines(bytes, sizes.block) : forwardLines(bytes, sizes.block);
      for await (const piece of pieces) {
        const found = objectsOf(piece.text);
        if (!found) throw new AppError('bad_file', `After ${line - 1} rows the JSON is not one object a line.`, needed);
        const rows = found.map(rowOf);
        const block: RowBlock = backwards
          ? { rows: rows.reverse(), line: undefined, step: -1, done: 1 - piece.from / bytes.size }
          : { rows, line, step: 1, done: piece.to / bytes.size };
        yield block;
        line += rows.length;
      }
    },
  };
}

/** Objects on lines of their own, in a list or not; undefined when the lines are something else. */
function objectsOf(text: string): Written[] | undefined {
  const objects: Written[] = [];
  for (const raw of text.split('\n')) {
    const line = raw
      .trim()
      .replace(/^\[(?=\{|$)|,$/g, '')
      .replace(/(?<=\}|^)\]$/, '');
    if (line === '') continue;
    try {
      const value: unknown = JSON.parse(line);
      if (!isObject(value)) return undefined;
      objects.push(value);
    } catch {
      return undefined;
    }
  }
  // `{ "bars": [...] }` on one line is a document, not a bar.
  return objects.length === 1 && Object.values(objects[0]!).some(Array.isArray) ? undefined : objects;
}

async function document(bytes: ByteSource): Promise<Written[]> {
  if (bytes.size > LARGEST_DOCUMENT)
    throw new AppError('bad_file', 'The JSON file is large and not one object a line.', needed);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(await bytes.read(0, bytes.size)));
  } catch (cause) {
    throw new AppError('bad_file', 'The JSON file ends too early or is damaged.', { cause, ...needed });
  }
  const list = Array.isArray(value) ? value : isObject(value) ? Object.values(value).find(Array.isArray) : undefined;
  if (Array.isArray(list) && list.every(isObject)) return list;
  throw new AppError('bad_file', 'The JSON holds no list of bars.', needed);
}

const isObject = (value: unknown): value is Written =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const cell = (value: unknown) => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');
