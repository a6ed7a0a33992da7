import type { AuditDocument } from '../api/documents.ts';
import { verifyChain } from '../journal/chain.ts';
import type { Journal } from '../ports/journal.ts';

/** Walks every account's chain and says where it breaks, if it does. */
export async function auditJournal(journal: Journal): Promise<AuditDocument> {
  const accounts: AuditDocument['accounts'] = [];
  for (const account of await journal.accounts()) {
    const check = await verifyChain(journal.read(account));
    accounts.push(
      check.outcome === 'whole'
        ? { account, records: check.sequence, ok: true, brokenAt: null, reason: null, head: check.hash }
        : { account, records: check.sequence - 1, ok: false, brokenAt: check.sequence, reason: check.reason, head: '' },
    );
  }
  return { ok: accounts.every(({ ok }) => ok), accounts };
}
