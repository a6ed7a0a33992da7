import { and, asc, eq, gt, lte } from 'drizzle-orm';
import { AppError } from '../src/domain/errors.ts';
import type { JournalRecord } from '../src/domain/record.ts';
import { linkAll } from '../src/journal/chain.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Journal } from '../src/ports/journal.ts';
import type { Database } from './client.ts';
import { codeOf, translated, translating } from './failures.ts';
import { emptyHead, headAfter, headMoved } from './journal-memory.ts';
import { journal, journalHeads } from './tables/index.ts';

const UNIQUE_VIOLATION = '23505';
/** Records fetched at a time: a decision may weigh 100 kB. */
const PAGE = 200;

/** The journal as a table. Writers of one account, in any process, take turns at the lock of its head row. */
export function postgresJournal({ db }: Database, clock: Pick<Clock, 'now'>): Journal {
  const table = translating({
    async head(account: string) {
      const [row] = await db.select().from(journalHeads).where(eq(journalHeads.account, account));
      return row ? { sequence: row.sequence, hash: row.hash } : emptyHead;
    },
    page(account: string, after: number, last: number) {
      return db
        .select()
        .from(journal)
        .where(and(eq(journal.account, account), gt(journal.sequence, after), lte(journal.sequence, last)))
        .orderBy(asc(journal.sequence))
        .limit(PAGE);
    },
    async accounts() {
      const { account } = journalHeads;
      return (await db.select({ account }).from(journalHeads).orderBy(asc(account))).map((row) => row.account);
    },
  });

  return {
    async append(account, expectedSequence, entries) {
      try {
        return await db.transaction(async (transaction) => {
          const ofAccount = eq(journalHeads.account, account);
          const [row] = await transaction.select().from(journalHeads).where(ofAccount).for('update');
          const head = row ? { sequence: row.sequence, hash: row.hash } : emptyHead;
          if (head.sequence !== expectedSequence) throw headMoved(account, expectedSequence, head.sequence);
          const records = linkAll(account, head, entries, clock.now());
          if (records.length === 0) return [];
          const next = headAfter(head, records);
          // The key (account, sequence) decides between two writers who both saw an account without a head.
          await transaction.insert(journal).values(records);
          await transaction
            .insert(journalHeads)
            .values({ account, ...next })
            .onConflictDoUpdate({ target: journalHeads.account, set: next });
          return records;
        });
      } catch (failure) {
        if (codeOf(failure) !== UNIQUE_VIOLATION) throw translated(failure);
        throw headMoved(account, expectedSequence, (await table.head(account)).sequence);
      }
    },

    async *read(account, fromSequence = 0) {
      // The end is fixed first: a reader that falls behind a busy writer still comes to its end.
      const { sequence: last } = await table.head(account);
      for (let after = fromSequence; after < last; ) {
        const page = await table.page(account, after, last);
        if (page.length === 0) throw new AppError('corrupt', `The journal of ${account} has no record after ${after}.`);
        for (const record of page) yield record as JournalRecord;
        after = page.at(-1)!.sequence;
      }
    },

    head: table.head,
    accounts: table.accounts,
    // The database is closed by whoever opened it.
    close: async () => {},
  };
}
