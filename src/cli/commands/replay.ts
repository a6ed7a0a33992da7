import { Command } from 'commander';
import type { ReplayDocument } from '../../api/documents.ts';
import { withDesk } from '../connect.ts';
import type { CliContext } from '../context.ts';

export const replayCommand = (context: CliContext) =>
  new Command('replay')
    .description('Recompute a recorded decision from its own record, without network or store, and compare the hashes.')
    .argument('<decisionId>', 'as printed by analyze')
    .action(async (decisionId: string, { json }: { json?: boolean }) => {
      const replayed = await withDesk(context, (desk) =>
        desk.call<ReplayDocument>('POST', `/api/decisions/${encodeURIComponent(decisionId)}/replay`),
      );
      context.out(json ? JSON.stringify(replayed) : describe(replayed));
      if (!replayed.equal) process.exitCode = 1;
    });

const describe = ({ hash, recordedHash, equal, differences }: ReplayDocument) =>
  equal ? `Equal: ${hash}` : [`Different: recomputed ${hash}, recorded ${recordedHash}`, ...differences].join('\n');
