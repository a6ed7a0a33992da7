import { type FileHandle, mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeJson } from '../src/domain/canonical.ts';
import { AppError } from '../src/domain/errors.ts';
import type { JournalRecord } from '../src/domain/record.ts';
import { linkAll } from '../src/journal/chain.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Journal } from '../src/ports/journal.ts';
import { type Chapter, lineAfter, openChapter, readLine, type TornTail } from './journal-chapter.ts';
import { emptyHead, type Head, headAfter, headMoved } from './journal-memory.ts';

interface Waiting {
  records: JournalRecord[];
  resolve: (records: JournalRecord[]) => void;
  reject: (failure: unknown) => void;
}

/** One account's file while it is open: what is on disk, and what waits for the next sync. */
interface Book {
  file: FileHandle;
  chapter: Chapter;
  /** The head with everything that waits counted in: the next append must follow this. */
  next: Head;
  waiting: Waiting[];
  writing: Promise<void> | undefined;
  broken?: AppError;
}

export interface FileJournalOptions {
  folder: string;
  clock: Pick<Clock, 'now'>;
  /** Told when a half-written last line was set aside at opening; by default a process warning. */
  onTorn?: (torn: TornTail & { account: string }) => void;
}

const EXTENSION = '.jsonl';

/**
 * An append-only file per account. All appends that arrive while the disk is busy share the next line and the next
 * fdatasync, so a line is whole or absent: `{"from":4,"to":6,"records":[...]}`. The process that opens it must be the
 * only one (see data-dir.ts).
 */
export function fileJournal({ folder, clock, onTorn = warnTorn }: FileJournalOptions): Journal {
  const books = new Map<string, Promise<Book>>();
  let closed = false;
  const pathOf = (account: string) => join(folder, `${encodeURIComponent(account)}${EXTENSION}`);

  async function openBook(account: string): Promise<Book> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(pathOf(account), 'a+', 0o600);
    try {
      const { chapter, torn } = await openChapter(file, pathOf(account), account);
      if (torn) onTorn({ account, ...torn });
      await syncFolder(folder);
      return { file, chapter, next: chapter.head, waiting: [], writing: undefined };
    } catch (failure) {
      await file.close();
      throw failure;
    }
  }

  async function bookOf(account: string): Promise<Book> {
    if (closed) throw new AppError('unavailable', 'The journal is closed.');
    let book = books.get(account);
    if (!book) {
      book = openBook(account);
      books.set(account, book);
      // What could not be opened now (a full disk, a missing right) may open later.
      book.catch(() => books.delete(account));
    }
    return book;
  }

  async function accounts(): Promise<string[]> {
    const names = await readdir(folder).catch((failure: NodeJS.ErrnoException) => {
      if (failure.code === 'ENOENT') return [];
      throw failure;
    });
    const files = names.filter((name) => name.endsWith(EXTENSION));
    // A first append that was refused leaves an empty file; no account was opened by it.
    const sizes = await Promise.all(files.map((name) => stat(join(folder, name))));
    const written = files.filter((_, index) => sizes[index]!.size > 0);
    return written.map((name) => decodeURIComponent(name.slice(0, -EXTENSION.length))).sort();
  }

  /** Reading an account that nobody opened must not create its file. */
  const existing = async (account: string) =>
    books.has(account) || (await accounts()).includes(account) ? bookOf(account) : undefined;

  return {
    async append(account, expectedSequence, entries) {
      const book = await bookOf(account);
      if (book.broken) throw book.broken;
      if (book.next.sequence !== expectedSequence) {
        // What moved the head may still be on its way to the disk; the caller, who reads again now, must find it.
        await book.writing;
        throw headMoved(account, expectedSequence, book.next.sequence);
      }
      if (entries.length === 0) return [];
      const records = linkAll(account, book.next, entries, clock.now());
      book.next = headAfter(book.next, records);
      return new Promise((resolve, reject) => {
        book.waiting.push({ records, resolve, reject });
        book.writing ??= writeWaiting(book);
      });
    },

    async *read(account, fromSequence = 0) {
      const book = await existing(account);
      if (!book) return;
      const { chapter } = book;
      const end = chapter.lines.length;
      for (let i = lineAfter(chapter, fromSequence); i < end; i++) {
        const records = await readLine(book.file, pathOf(account), chapter.lines[i]!);
        for (const record of records) if (record.sequence > fromSequence) yield record;
      }
    },

    async head(account) {
      return (await existing(account))?.chapter.head ?? emptyHead;
    },

    accounts,

    async close() {
      closed = true;
      for (const opening of books.values()) {
        const book = await opening.catch(() => undefined);
        await book?.writing;
        await book?.file.close();
      }
      books.clear();
    },
  };
}

/** Writes until nothing waits: each turn takes all that has gathered meanwhile. */
async function writeWaiting(book: Book): Promise<void> {
  // One turn of the event loop lets appends of the same moment share the first sync.
  await new Promise(setImmediate);
  while (book.waiting.length > 0) {
    const group = book.waiting.splice(0);
    const records = group.flatMap((each) => each.records);
    try {
      await writeLine(book, records);
      for (const each of group) each.resolve(each.records);
    } catch (cause) {
      await undo(book, [...group, ...book.waiting.splice(0)], cause);
    }
  }
  book.writing = undefined;
}

async function writeLine({ file, chapter }: Book, records: JournalRecord[]) {
  const [first, last] = [records[0]!, records.at(-1)!];
  const line = Buffer.from(`${encodeJson({ from: first.sequence, to: last.sequence, records })}\n`);
  await file.appendFile(line);
  await file.datasync();
  const start = chapter.size;
  chapter.size += line.length;
  chapter.lines.push({ start, end: chapter.size, to: last.sequence });
  chapter.head = headAfter(chapter.head, records);
}

/** Nothing of a failed write may stay: what follows it would stand on records that nobody has. */
async function undo(book: Book, refused: Waiting[], cause: unknown) {
  book.next = book.chapter.head;
  const failure = new AppError('unavailable', `The journal could not be written: ${(cause as Error).message}`, {
    cause,
    hint: 'Free disk space or repair the disk, then try again. Nothing of this was recorded.',
  });
  try {
    await book.file.truncate(book.chapter.size);
    await book.file.datasync();
  } catch {
    book.broken = failure;
  }
  for (const each of refused) each.reject(failure);
}

/** A new file is durable only when its folder is. Some systems cannot sync a folder; then there is nothing to do. */
async function syncFolder(folder: string) {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function warnTorn({ account, keptAs, bytes }: TornTail & { account: string }) {
  process.emitWarning(`The journal of ${account} ended in ${bytes} half-written bytes; they were moved to ${keptAs}.`);
}
