import type { ByteSource } from '../../../ports/scratch.ts';
import { backwardLines, forwardLines, headLines } from './lines.ts';
import type { PlainFile } from './plain.ts';
import { type RowBlock, type RowSource, type SourceSizes, wholeBlock } from './source.ts';
import { marksOf, parseRows, type Table, type TableOptions, tableOf } from './table.ts';

/** Rows of delimited text. A quoted cell may not hold a line break where the file is longer than its head. */
export async function textSource(
  bytes: ByteSource,
  { compressed, encoding }: Pick<PlainFile, 'compressed' | 'encoding'>,
  options: TableOptions,
  sizes: SourceSizes,
): Promise<RowSource> {
  const { text, to } = await headLines(bytes, sizes.head);
  const head: Table = {
    ...tableOf(text, options),
    compressed,
    encoding,
    marks: encoding === 'utf-16' ? [] : marksOf(await bytes.read(0, 3), text),
  };
  const whole = to >= bytes.size;
  return {
    head,
    whole,
    async *blocks(backwards) {
      if (whole) yield wholeBlock(head, backwards);
      else yield* backwards ? fromLast(bytes, head, sizes.block) : fromFirst(bytes, head, sizes.block);
    },
  };
}

async function* fromFirst(bytes: ByteSource, head: Table, size: number): AsyncGenerator<RowBlock> {
  let line = 1;
  for await (const { text, to } of forwardLines(bytes, size)) {
    const all = parseRows(text, head.delimiter);
    const skipped = Math.min(all.length, Math.max(0, head.firstLine - line));
    const rows = skipped > 0 ? all.slice(skipped) : all;
    yield { rows, line: line + skipped, step: 1, done: to / bytes.size };
    line += all.length;
  }
}

/** Nobody knows the number of a line before those ahead of it are counted. */
async function* fromLast(bytes: ByteSource, head: Table, size: number): AsyncGenerator<RowBlock> {
  for await (const { text, from } of backwardLines(bytes, size)) {
    const all = parseRows(text, head.delimiter);
    const rows = (from === 0 ? all.slice(head.firstLine - 1) : all).reverse();
    yield { rows, line: undefined, step: -1, done: 1 - from / bytes.size };
  }
}
