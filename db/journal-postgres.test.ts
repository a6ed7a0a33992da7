import { expect, it } from 'vitest';
import { describeOnDatabases } from '../src/testing/database.ts';
import { deposit, journalContract, opened, readAll } from '../src/testing/journal-contract.ts';
import { memoryJournal } from './journal-memory.ts';
import { postgresJournal } from './journal-postgres.ts';

const clock = { now: () => 1_760_000_000_000 };

describeOnDatabases('the journal in a table', (database) => {
  journalContract('The journal in a table', async (given) => postgresJournal(database(), given));

  it('makes the same chain as the journal in memory', async () => {
    const table = postgresJournal(database(), clock);
    const memory = memoryJournal({ clock });
    for (const journal of [table, memory]) {
      await journal.append('same', 0, [opened]);
      await journal.append('same', 1, [deposit('1'), deposit('2.000000001')]);
    }
    expect(await readAll(table, 'same')).toEqual(await readAll(memory, 'same'));
  });

  it('reads a journal that is longer than one page', async () => {
    const journal = postgresJournal(database(), clock);
    await journal.append(
      'long',
      0,
      Array.from({ length: 450 }, (_, i) => deposit(String(i + 1))),
    );
    const records = await readAll(journal, 'long', 1);
    expect(records).toHaveLength(449);
    expect(records.at(-1)?.sequence).toBe(450);
  });
});
