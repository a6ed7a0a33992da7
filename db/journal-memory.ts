import { AppError } from '../src/domain/errors.ts';
import type { JournalRecord } from '../src/domain/record.ts';
import { genesisHash, linkAll } from '../src/journal/chain.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Journal } from '../src/ports/journal.ts';

export interface Head {
  sequence: number;
  hash: string;
}

export const emptyHead: Head = { sequence: 0, hash: genesisHash };

export const headAfter = (head: Head, records: readonly JournalRecord[]): Head => {
  const last = records.at(-1);
  return last ? { sequence: last.sequence, hash: last.hash } : head;
};

export const headMoved = (account: string, expected: number, actual: number) =>
  new AppError('conflict', `The journal of ${account} is at record ${actual}, not ${expected}.`, {
    details: { account, expectedSequence: expected, sequence: actual },
  });

/** A journal that ends with the process: for backtests and tests. Keeps the records it is given, so do not edit them. */
export function memoryJournal({ clock }: { clock: Pick<Clock, 'now'> }): Journal {
  const chains = new Map<string, JournalRecord[]>();
  const headOf = (account: string) => headAfter(emptyHead, chains.get(account)?.slice(-1) ?? []);

  return {
    async append(account, expectedSequence, entries) {
      const head = headOf(account);
      if (head.sequence !== expectedSequence) throw headMoved(account, expectedSequence, head.sequence);
      const records = linkAll(account, head, entries, clock.now());
      const chain = chains.get(account) ?? [];
      if (records.length > 0) chains.set(account, chain);
      for (const record of records) chain.push(record);
      return records;
    },
    async *read(account, fromSequence = 0) {
      const chain = chains.get(account) ?? [];
      const end = chain.length;
      for (let i = Math.max(0, fromSequence); i < end; i++) yield chain[i]!;
    },
    head: async (account) => headOf(account),
    accounts: async () => [...chains.keys()].sort(),
    close: async () => {},
  };
}
