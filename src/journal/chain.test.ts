import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { money } from '../domain/decimal.ts';
import type { JournalEntry, JournalRecord } from '../domain/record.ts';
import { genesisHash, link, linkAll, verifyChain } from './chain.ts';
import { contentHash } from './hash.ts';

const deposits = (count: number): JournalEntry[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'cash',
    payload: { amount: money(String(index + 1)), reason: 'deposit' },
  }));
const chain = (count: number) =>
  linkAll('main', { sequence: 0, hash: genesisHash }, deposits(count), 1_750_000_000_000);

describe('the hash chain', () => {
  it('a chain that nobody touched is whole, in one piece or from a known head', async () => {
    const records = chain(5);
    expect(await verifyChain(records)).toEqual({ outcome: 'whole', sequence: 5, hash: records[4]!.hash });
    const head = { sequence: 2, hash: records[1]!.hash };
    expect((await verifyChain(records.slice(2), head)).outcome).toBe('whole');
    expect((await verifyChain([])).outcome).toBe('whole');
  });

  it('linking goes on where the head stands', () => {
    const [first, ...rest] = chain(4);
    const again = linkAll('main', { sequence: 1, hash: first!.hash }, deposits(4).slice(1), 1_750_000_000_000);
    expect(again).toEqual(rest);
  });

  it('finds every edit, deletion, insertion and swap, and where it begins', async () => {
    const tampering = fc.record({
      at: fc.nat(8),
      other: fc.nat(8),
      how: fc.constantFrom('edit', 'time', 'delete', 'repeat', 'swap', 'rehash'),
    });
    await fc.assert(
      fc.asyncProperty(tampering, async ({ at, other, how }) => {
        const records: JournalRecord[] = chain(9);
        const record = records[at]!;
        const forged = { ...record, payload: { amount: money('1000000'), reason: 'deposit' } } as JournalRecord;
        if (how === 'edit') records[at] = forged;
        if (how === 'time') records[at] = { ...record, time: record.time + 1 };
        if (how === 'rehash') records[at] = link(record.previousHash, forged);
        if (how === 'delete') records.splice(at, 1);
        if (how === 'repeat') records.splice(at, 0, record);
        if (how === 'swap') [records[at], records[other]] = [records[other]!, record];
        const verdict = await verifyChain(records);
        // Cutting off or rewriting the end shows only against a head that is kept elsewhere.
        const atEnd = at === 8 && (how === 'delete' || how === 'rehash');
        if ((how === 'swap' && at === other) || atEnd) expect(verdict.outcome).toBe('whole');
        else expect(verdict.outcome).toBe('broken');
        if (atEnd) expect((verdict as { hash: string }).hash).not.toBe(chain(9)[8]!.hash);
      }),
    );
  });
});

describe('the content hash', () => {
  it('is the same for equal values, and another for any other', () => {
    expect(contentHash({ a: 1, b: money('2') })).toBe(contentHash({ b: money('2.0'), a: 1 }));
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: 2 }));
    expect(contentHash({})).toMatch(/^[0-9a-f]{64}$/);
  });
});
