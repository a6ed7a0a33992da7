import { describe, expect, it } from 'vitest';
import { memoryJournal } from '../../db/journal-memory.ts';
import { money } from '../domain/decimal.ts';
import type { JournalEntry } from '../domain/record.ts';
import type { Journal } from '../ports/journal.ts';
import { noon } from '../testing/builders.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { createAccountBook } from './account-book.ts';

const opening = { currency: 'USD', cash: money('1000'), mode: 'paper' as const, broker: 'paper' };
const deposit: JournalEntry = { kind: 'cash', payload: { amount: money('1'), reason: 'deposit' } };
const clock = fakeClock(noon);
const never = (failure: unknown) => {
  throw failure;
};
const bookOf = (journal: Journal, more: { onAppended?: () => void; onLag?: (failure: unknown) => void } = {}) =>
  createAccountBook({ journal, account: 'main', onLag: never, ...more });

describe('the account book', () => {
  it('opens an account once, and answers from the journal', async () => {
    const book = bookOf(memoryJournal({ clock }));
    await expect(book.read()).rejects.toMatchObject({ code: 'not_found' });
    await book.open('main', opening);
    await book.open('main', { ...opening, cash: money('5') });
    expect(await book.read()).toMatchObject({ cash: money('1000'), sequence: 1 });
  });

  it('follows what other processes write', async () => {
    const journal = memoryJournal({ clock });
    const [one, two] = [bookOf(journal), bookOf(journal)];
    await one.open('main', opening);
    await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).append('main', () => [deposit])));
    expect((await one.read()).cash).toBe(money('1020'));
    expect(await two.read()).toEqual(await one.read());
  });

  it('builds again on the newest state when another writer was faster', async () => {
    const journal = memoryJournal({ clock });
    const [one, two] = [bookOf(journal), bookOf(journal)];
    await one.open('main', opening);
    const seen: number[] = [];
    await one.append('main', async (account) => {
      seen.push(account.sequence);
      if (seen.length === 1) await two.append('main', () => [deposit]);
      return [deposit];
    });
    expect(seen).toEqual([1, 2]);
    expect((await one.read()).cash).toBe(money('1002'));
  });

  it('a build that fails, or makes nothing, writes nothing and holds nobody up', async () => {
    const book = bookOf(memoryJournal({ clock }));
    await book.open('main', opening);
    await expect(book.append('main', () => never(new Error('no')))).rejects.toThrow('no');
    expect((await book.append('main', () => [])).records).toEqual([]);
    expect((await book.append('main', () => [deposit])).account.sequence).toBe(2);
  });

  it('a projection that fails does not undo what is written', async () => {
    const failures: unknown[] = [];
    const book = bookOf(memoryJournal({ clock }), {
      onAppended: () => never(new Error('table is locked')),
      onLag: (failure) => failures.push(failure),
    });
    await book.open('main', opening);
    expect((await book.append('main', () => [deposit])).account.cash).toBe(money('1001'));
    expect(failures).toHaveLength(2);
  });

  it('refuses a journal with a hole, and one that does not begin with an opening', async () => {
    const whole = memoryJournal({ clock });
    await whole.append('main', 0, [{ kind: 'account-opened', payload: opening }, deposit, deposit]);
    const holed: Journal = {
      ...whole,
      async *read(account, from) {
        for await (const record of whole.read(account, from)) if (record.sequence !== 2) yield record;
      },
    };
    await expect(bookOf(holed).read()).rejects.toMatchObject({ code: 'corrupt' });
    const headless = memoryJournal({ clock });
    await headless.append('main', 0, [deposit]);
    await expect(bookOf(headless).read()).rejects.toMatchObject({ code: 'corrupt' });
  });
});
