import { afterEach, describe, expect, it } from 'vitest';
import { money, price, quantity, rate } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import type { JournalEntry, JournalRecord } from '../domain/record.ts';
import { genesisHash, verifyChain } from '../journal/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';

export const opened: JournalEntry = {
  kind: 'account-opened',
  payload: { currency: 'USD', cash: money('100000'), mode: 'paper', broker: 'paper' },
};
export const deposit = (amount: string): JournalEntry => ({
  kind: 'cash',
  payload: { amount: money(amount), reason: 'deposit' },
});
export const filled = (id: string, amount = '1.5'): JournalEntry => ({
  kind: 'fill',
  payload: {
    fill: {
      id,
      clientOrderId: `cl-${id}`,
      symbol: 'EURUSD',
      side: 'buy',
      quantity: quantity(amount),
      price: price('1.123456789'),
      rate: rate('1'),
      fee: money('-0.000000001'),
      slippage: price('0'),
      eventTime: 1_750_000_000_000,
      receiveTime: 1_750_000_000_123,
    },
  },
});

const STRANGE = 'line\u2028two\r\n"quoted" \\ €𝄞\u0000';

export async function readAll(journal: Journal, account: string, fromSequence?: number): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const record of journal.read(account, fromSequence)) records.push(record);
  return records;
}

/** What every journal must do, whatever it writes to. `open` gives a journal over the same store each time. */
export function journalContract(name: string, openJournal: (clock: Pick<Clock, 'now'>) => Promise<Journal>) {
  const used: Journal[] = [];
  const open = async (given: Pick<Clock, 'now'>) => {
    const journal = await openJournal(given);
    used.push(journal);
    return journal;
  };
  afterEach(async () => {
    for (const journal of used.splice(0)) await journal.close();
  });
  const clock = { now: () => 1_760_000_000_000 };
  let counter = 0;
  const freshAccount = () => `desk ${name}/${++counter}`;

  describe(`${name} keeps the journal's promises`, () => {
    it('an account without records has an empty chain', async () => {
      const journal = await open(clock);
      const account = freshAccount();
      expect(await journal.head(account)).toEqual({ sequence: 0, hash: genesisHash });
      expect(await readAll(journal, account)).toEqual([]);
      expect(await journal.accounts()).not.toContain(account);
    });

    it('gives back exact amounts, strange text and every digit of a fill', async () => {
      const journal = await open(clock);
      const account = freshAccount();
      const odd: JournalEntry = {
        kind: 'audit',
        payload: {
          action: 'note',
          by: 'owner',
          particulars: {
            text: STRANGE,
            tiny: 1e-12,
            third: 1 / 3,
            negative: -0,
            missing: undefined,
          },
        },
      };
      const written = await journal.append(account, 0, [opened, filled('f1'), odd]);
      const read = await readAll(journal, account);
      expect(read.map((each) => each.hash)).toEqual(written.map((each) => each.hash));
      expect(read[1]?.payload).toEqual(filled('f1').payload);
      expect(read[2]?.payload).toMatchObject({ particulars: { text: STRANGE, tiny: 1e-12, third: 1 / 3 } });
      expect(await verifyChain(read)).toEqual({ outcome: 'whole', ...(await journal.head(account)) });
      expect(await journal.accounts()).toContain(account);
    });

    it('reads on from where a projection stopped', async () => {
      const journal = await open(clock);
      const account = freshAccount();
      await journal.append(account, 0, [opened, deposit('1'), deposit('2')]);
      await journal.append(account, 3, [deposit('3')]);
      expect((await readAll(journal, account, 2)).map((each) => each.sequence)).toEqual([3, 4]);
      expect(await readAll(journal, account, 4)).toEqual([]);
    });

    it('refuses an append that did not see the newest record, and writes none of it', async () => {
      const journal = await open(clock);
      const account = freshAccount();
      await journal.append(account, 0, [opened]);
      const late = journal.append(account, 0, [deposit('1'), deposit('2')]);
      await expect(late).rejects.toMatchObject({ code: 'conflict', details: { sequence: 1 } });
      expect((await journal.head(account)).sequence).toBe(1);
    });

    it('lets only one of two simultaneous appends through', async () => {
      const journal = await open(clock);
      const account = freshAccount();
      const outcomes = await Promise.allSettled([
        journal.append(account, 0, [opened]),
        journal.append(account, 0, [opened]),
      ]);
      expect(outcomes.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await readAll(journal, account)).toHaveLength(1);
    });

    it('takes fifty parallel writers that read again on conflict, and loses or repeats nothing', async () => {
      const journal = await open(clock);
      const account = freshAccount();
      await journal.append(account, 0, [opened]);
      const write = async (id: string) => {
        for (;;) {
          const { sequence } = await journal.head(account);
          try {
            return await journal.append(account, sequence, [filled(id), deposit('1')]);
          } catch (failure) {
            if (!(failure instanceof AppError && failure.code === 'conflict')) throw failure;
          }
        }
      };
      await Promise.all(Array.from({ length: 50 }, (_, i) => write(`f${i}`)));
      const records = await readAll(journal, account);
      expect(records).toHaveLength(101);
      const ids = records.flatMap((each) => (each.kind === 'fill' ? [each.payload.fill.id] : []));
      expect(new Set(ids).size).toBe(50);
      expect((await verifyChain(records)).outcome).toBe('whole');
    }, 60_000);

    it('keeps the chains of two accounts apart', async () => {
      const journal = await open(clock);
      const [a, b] = [freshAccount(), freshAccount()];
      await journal.append(a, 0, [opened]);
      await journal.append(b, 0, [opened, deposit('5')]);
      expect((await journal.head(a)).sequence).toBe(1);
      expect((await readAll(journal, b)).every((each) => each.account === b)).toBe(true);
    });

    it('refuses what JSON would silently change', async () => {
      const journal = await open(clock);
      const account = freshAccount();
      const bad: JournalEntry = {
        kind: 'audit',
        payload: { action: 'x', by: 'y', particulars: { value: Number.NaN } },
      };
      await expect(journal.append(account, 0, [opened, bad])).rejects.toThrow('NaN');
      await expect(journal.append(account, 5, [opened])).rejects.toMatchObject({ code: 'conflict' });
      expect((await journal.head(account)).sequence).toBe(0);
      expect(await journal.accounts()).not.toContain(account);
      expect(await journal.append(account, 0, [])).toEqual([]);
    });
  });
}
