import { Command } from 'commander';
import { withDesk } from '../connect.ts';
import type { CliContext } from '../context.ts';

interface AuditDocument {
  accounts: {
    account: string;
    records: number;
    ok: boolean;
    brokenAt: number | null;
    reason: string | null;
    head: string;
  }[];
  ok: boolean;
}

export const verifyAuditCommand = (context: CliContext) =>
  new Command('verify-audit')
    .description('Check the hash chain of the journal, record by record, and say where it breaks.')
    .action(async ({ json }: { json?: boolean }) => {
      const audit = await withDesk(context, (desk) => desk.call<AuditDocument>('GET', '/api/audit'));
      context.out(json ? JSON.stringify(audit) : audit.accounts.map(describe).join('\n') || 'The journal is empty.');
      if (!audit.ok) process.exitCode = 1;
    });

const describe = ({ account, records, ok, brokenAt, reason, head }: AuditDocument['accounts'][number]) =>
  ok
    ? `${account}: ${records} records, unbroken, head ${head.slice(0, 16)}`
    : `${account}: BROKEN at record ${brokenAt}: ${reason}`;
