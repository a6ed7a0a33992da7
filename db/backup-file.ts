import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { Readable, pipeline as start } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { decodeJson } from '../src/domain/canonical.ts';
import { AppError } from '../src/domain/errors.ts';
import type { JournalRecord } from '../src/domain/record.ts';

/** The lines of a backup, in this order: one head, tables, journals, one end. */
export type BackupLine =
  | { format: 'conclave-backup'; version: number; createdAt: string; conclave: string }
  | { table: string; rows: Record<string, unknown>[] }
  | { journal: string; records: JournalRecord[] }
  | { end: BackupCounts };

export interface BackupCounts {
  rows: Record<string, number>;
  records: number;
}

export const BACKUP_VERSION = 1;

/** Gzipped lines of text, written aside and renamed when whole: a file of the final name is never half a backup. */
export async function writeBackupFile(file: string, lines: AsyncIterable<string>): Promise<{ bytes: number }> {
  const aside = `${file}.part`;
  try {
    await pipeline(Readable.from(lines), createGzip(), createWriteStream(aside, { mode: 0o600 }));
    const handle = await open(aside, 'r+');
    await handle.sync();
    await handle.close();
    await rename(aside, file);
  } catch (failure) {
    await rm(aside, { force: true });
    const { code } = failure as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EROFS' || code === 'ENOENT' || code === 'ENOTDIR') {
      throw new AppError('read_only', `The backup ${file} cannot be written: ${(failure as Error).message}`, {
        cause: failure,
        hint: 'Name a file in a folder that exists and is writable.',
      });
    }
    throw failure;
  }
  return { bytes: (await stat(file)).size };
}

/** Throws `bad_file` for what is not a whole backup, `schema_outdated` for one by a newer version. */
export async function* readBackupFile(file: string): AsyncGenerator<BackupLine> {
  let first = true;
  let ended = false;
  for await (const text of textLines(file)) {
    const line = parseLine(file, text);
    if (first) {
      if (!('format' in line) || line.format !== 'conclave-backup')
        throw notABackup(file, 'its first line says otherwise');
      if (line.version > BACKUP_VERSION) {
        throw new AppError('schema_outdated', `${file} was made by a newer version of Conclave (${line.conclave}).`);
      }
      first = false;
    }
    if ('end' in line) ended = true;
    yield line;
  }
  if (!ended) throw notABackup(file, 'its end is missing');
}

async function* textLines(file: string): AsyncGenerator<string> {
  // Split by hand: `readline` also breaks at U+2028, which headlines may hold.
  const decoder = new TextDecoder();
  let rest = '';
  try {
    // The failure of either stream ends the reading of the last.
    const content = start(createReadStream(file), createGunzip(), () => undefined);
    for await (const chunk of content) {
      const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw notABackup(file, (cause as Error).message, cause);
  }
  if (rest !== '') yield rest;
}

function parseLine(file: string, text: string): BackupLine {
  try {
    return decodeJson<BackupLine>(text);
  } catch (cause) {
    throw notABackup(file, 'a line of it is not JSON', cause);
  }
}

export const notABackup = (file: string, why: string, cause?: unknown) =>
  new AppError('bad_file', `${file} is not a whole backup: ${why}.`, {
    cause,
    hint: 'Use another backup; nothing was changed.',
  });
