import type { JournalEntry, JournalRecord } from '../domain/record.ts';
import type { Timestamp } from '../domain/time.ts';
import { contentHash } from './hash.ts';

/** What the first record of an account points back to; also the head of an account without records. */
export const genesisHash = '0'.repeat(64);

/** A record before its link: where it stands, when it was written and what it says. */
export type Unlinked = JournalEntry & { account: string; sequence: number; time: Timestamp };

/** Ties a record to the one before it: whoever edits an old record must rewrite every later one. */
export function link(previousHash: string, record: Unlinked): JournalRecord {
  const { account, sequence, time, kind, payload } = record;
  const content = { account, sequence, time, kind, payload, previousHash };
  return { ...content, hash: contentHash(content) } as JournalRecord;
}

/** Gives consecutive entries their sequences, their time and their links, after the head that is known. */
export function linkAll(
  account: string,
  head: { sequence: number; hash: string },
  entries: readonly JournalEntry[],
  time: Timestamp,
): JournalRecord[] {
  let previousHash = head.hash;
  return entries.map((entry, index) => {
    const record = link(previousHash, { ...entry, account, sequence: head.sequence + index + 1, time });
    previousHash = record.hash;
    return record;
  });
}

export type ChainCheck =
  | { outcome: 'whole'; sequence: number; hash: string }
  | { outcome: 'broken'; sequence: number; reason: string };

/** Follows one account's records, oldest first, and recomputes every hash. `from` is the head before the first. */
export async function verifyChain(
  records: Iterable<JournalRecord> | AsyncIterable<JournalRecord>,
  from: { sequence: number; hash: string } = { sequence: 0, hash: genesisHash },
): Promise<ChainCheck> {
  let { sequence, hash } = from;
  for await (const record of records) {
    const broken = (reason: string): ChainCheck => ({ outcome: 'broken', sequence: record.sequence, reason });
    if (record.sequence !== sequence + 1) return broken(`Record ${record.sequence} follows ${sequence}.`);
    if (record.previousHash !== hash) return broken(`Record ${record.sequence} does not follow the one before it.`);
    if (link(hash, record).hash !== record.hash) return broken(`Record ${record.sequence} was changed after writing.`);
    sequence = record.sequence;
    hash = record.hash;
  }
  return { outcome: 'whole', sequence, hash };
}
