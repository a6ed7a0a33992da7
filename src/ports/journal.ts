import type { JournalEntry, JournalRecord } from '../domain/record.ts';

/**
 * Append-only, hash-chained, one chain per account. An append is durable when it resolves (fdatasync or commit).
 */
export interface Journal {
  /**
   * Appends all entries or none. Throws AppError `conflict` when the account's head is not `expectedSequence`
   * (0 = empty): the caller reads and assesses again. Times come from the clock given to the journal.
   */
  append(account: string, expectedSequence: number, entries: readonly JournalEntry[]): Promise<JournalRecord[]>;
  /** Records after `fromSequence` (exclusive), oldest first. */
  read(account: string, fromSequence?: number): AsyncIterable<JournalRecord>;
  head(account: string): Promise<{ sequence: number; hash: string }>;
  accounts(): Promise<string[]>;
  close(): Promise<void>;
}
