import type { FileHandle } from 'node:fs/promises';
import { writeFile } from 'node:fs/promises';
import { decodeJson } from '../src/domain/canonical.ts';
import { AppError } from '../src/domain/errors.ts';
import type { JournalRecord } from '../src/domain/record.ts';
import { link } from '../src/journal/chain.ts';
import { emptyHead, type Head } from './journal-memory.ts';

/** Where the lines of one account's file lie, so that a read starts at its record and an append knows its head. */
export interface Chapter {
  head: Head;
  /** Bytes of whole, synced lines. */
  size: number;
  /** Per line: first byte, byte after its newline, and the sequence of its last record. */
  lines: { start: number; end: number; to: number }[];
}

/** A last line that was being written when the machine or the process stopped; nobody was told that it is durable. */
export interface TornTail {
  file: string;
  keptAs: string;
  bytes: number;
}

const NEWLINE = 0x0a;
const PREFIX_BYTES = 64;
const prefixPattern = /^\{"from":(\d+),"to":(\d+),"records":\[/;

/** Index of the first line that holds a record after `fromSequence`. */
export function lineAfter({ lines }: Chapter, fromSequence: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (lines[middle]!.to <= fromSequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The records of one line. Throws `corrupt` when it cannot be read. */
export async function readLine(file: FileHandle, path: string, line: { start: number; end: number }) {
  const bytes = Buffer.allocUnsafe(line.end - line.start);
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, line.start + done);
    if (bytesRead === 0) throw unreadable(path, line.start, 'the file ends early');
    done += bytesRead;
  }
  try {
    return decodeJson<{ records: JournalRecord[] }>(bytes.toString('utf8')).records;
  } catch (cause) {
    throw unreadable(path, line.start, 'the line is not JSON', cause);
  }
}

/**
 * Finds all lines without parsing them, then checks the last one: the head must carry its own hash. A torn end is
 * moved to a file beside it. The full chain is checked by `verifyChain`, not at every start.
 */
export async function openChapter(
  file: FileHandle,
  path: string,
  account: string,
): Promise<{ chapter: Chapter; torn?: TornTail }> {
  const chapter: Chapter = { head: emptyHead, size: 0, lines: [] };
  const { size } = await file.stat();
  await scan(file, size, (start, end, prefix) => {
    const match = prefixPattern.exec(prefix);
    const last = chapter.lines.at(-1)?.to ?? 0;
    const follows = match !== null && Number(match[1]) === last + 1 && Number(match[2]) >= last + 1;
    // Only the very end may be damaged by a crash; anything earlier was once acknowledged.
    if (!follows && end < size) throw unreadable(path, start, `a line after record ${last} does not follow it`);
    if (!follows) return;
    chapter.lines.push({ start, end, to: Number(match[2]) });
    chapter.size = end;
  });

  const lastLine = chapter.lines.at(-1);
  if (lastLine) {
    const records = await readLine(file, path, lastLine).catch((failure) => {
      if (lastLine.end < size) throw failure;
      return undefined;
    });
    if (records) chapter.head = headOf(records, path, account);
    else {
      chapter.lines.pop();
      chapter.size = lastLine.start;
      const before = chapter.lines.at(-1);
      if (before) chapter.head = headOf(await readLine(file, path, before), path, account);
    }
  }
  if (chapter.size === size) return { chapter };
  return { chapter, torn: await setAside(file, path, chapter.size, size) };
}

function headOf(records: JournalRecord[], path: string, account: string): Head {
  const last = records.at(-1);
  if (!last || last.account !== account || link(last.previousHash, last).hash !== last.hash) {
    throw unreadable(path, 0, `its last record (${last?.sequence ?? 'none'}) was changed after it was written`);
  }
  return { sequence: last.sequence, hash: last.hash };
}

async function setAside(file: FileHandle, path: string, from: number, to: number): Promise<TornTail> {
  const bytes = Buffer.alloc(to - from);
  await file.read(bytes, 0, bytes.length, from);
  const keptAs = `${path}.torn-at-${from}`;
  await writeFile(keptAs, bytes, { mode: 0o600 });
  await file.truncate(from);
  await file.datasync();
  return { file: path, keptAs, bytes: bytes.length };
}

async function scan(file: FileHandle, size: number, onLine: (start: number, end: number, prefix: string) => void) {
  const chunk = Buffer.allocUnsafe(Math.min(4 << 20, Math.max(size, 1)));
  let lineStart = 0;
  let prefix = Buffer.alloc(0);
  for (let position = 0; position < size; ) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) break;
    const bytes = chunk.subarray(0, bytesRead);
    for (let at = 0; at < bytesRead; ) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline === -1 ? bytesRead : newline + 1;
      if (prefix.length < PREFIX_BYTES) {
        prefix = Buffer.concat([prefix, bytes.subarray(at, Math.min(end, at + PREFIX_BYTES - prefix.length))]);
      }
      if (newline !== -1) {
        onLine(lineStart, position + end, prefix.toString('utf8'));
        lineStart = position + end;
        prefix = Buffer.alloc(0);
      }
      at = end;
    }
    position += bytesRead;
  }
}

const unreadable = (path: string, at: number, what: string, cause?: unknown) =>
  new AppError('corrupt', `The journal ${path} is damaged near byte ${at}: ${what}.`, {
    cause,
    hint: 'Stop, keep a copy of the file, and restore the last backup with `conclave restore`.',
    details: { path, at },
  });
