import type { ByteSource } from '../../../ports/scratch.ts';
import { fromUtf8OrLatin } from './table.ts';

const NEWLINE = 10;
const RETURN = 13;
/** A line longer than so many blocks is no line. */
const LONGEST = 16;

export interface Lines {
  text: string;
  /** Where in the file they begin and end. */
  from: number;
  to: number;
}

/** The text from the start, cut after the last whole line within `size` bytes. */
export async function headLines(bytes: ByteSource, size: number): Promise<Lines> {
  for await (const lines of forwardLines(bytes, size)) return lines;
  return { text: '', from: 0, to: 0 };
}

/** Whole lines of a text, about `size` bytes at a time. */
export async function* forwardLines(bytes: ByteSource, size: number): AsyncGenerator<Lines> {
  for (let from = 0; from < bytes.size; ) {
    let chunk = await bytes.read(from, from + size);
    let end = chunk.length;
    for (let blocks = 1; from + chunk.length < bytes.size; ) {
      end = endOfLines(chunk);
      if (end > 0 || blocks >= LONGEST) break;
      blocks *= 2;
      chunk = await bytes.read(from, from + size * blocks);
    }
    end = from + chunk.length >= bytes.size ? chunk.length : end || chunk.length;
    yield { text: fromUtf8OrLatin(chunk.subarray(0, end)), from, to: from + end };
    from += end;
  }
}

/**
 * The same from the end; the lines of one piece are still in the order of the file. The piece that begins the file is
 * never a short one, so that what stands before the rows is in it.
 */
export async function* backwardLines(bytes: ByteSource, size: number): AsyncGenerator<Lines> {
  for (let to = bytes.size; to > 0; ) {
    let start = to <= 1.5 * size ? 0 : to - size;
    let chunk = await bytes.read(start, to);
    let skip = 0;
    for (let blocks = 1; start > 0; ) {
      skip = startOfLine(chunk);
      if (skip < chunk.length || blocks >= LONGEST) break;
      blocks *= 2;
      start = Math.max(0, to - size * blocks);
      chunk = await bytes.read(start, to);
    }
    if (start === 0 || skip >= chunk.length) skip = 0;
    yield { text: fromUtf8OrLatin(chunk.subarray(skip)), from: start + skip, to };
    to = start + skip;
  }
}

/** Past the last line that is whole: after its newline, or its return where old files have no newlines. */
function endOfLines(chunk: Uint8Array): number {
  const newline = chunk.lastIndexOf(NEWLINE);
  return (newline >= 0 ? newline : chunk.includes(NEWLINE) ? -1 : chunk.lastIndexOf(RETURN)) + 1;
}

/** Where the first whole line begins. */
function startOfLine(chunk: Uint8Array): number {
  const newline = chunk.subarray(0, -1).indexOf(NEWLINE);
  const at = newline >= 0 ? newline : chunk.includes(NEWLINE) ? -1 : chunk.subarray(0, -1).indexOf(RETURN);
  return at < 0 ? chunk.length : at + 1;
}
