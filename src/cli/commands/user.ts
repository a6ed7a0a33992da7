import { Command } from 'commander';
import type { SessionDocument, TokenDocument } from '../../api/documents.ts';
import { withDesk } from '../connect.ts';
import type { CliContext } from '../context.ts';

export const userCommand = (context: CliContext) =>
  new Command('user')
    .description('The owner of the desk: get a token for programs, or forget a lost password.')
    .addCommand(
      new Command('token')
        .description('Print an access token for programs and MCP clients.')
        .action(async ({ json }: { json?: boolean }) => {
          const minted = await withDesk(context, (desk) =>
            desk.call<TokenDocument>('POST', '/api/auth/token', { label: 'command line' }),
          );
          context.out(json ? JSON.stringify(minted) : minted.accessToken);
        }),
    )
    .addCommand(
      new Command('forget-password')
        .description('Remove the password; the link of the next start signs in again.')
        .action(async ({ json }: { json?: boolean }) => {
          const session = await withDesk(context, (desk) =>
            desk.call<SessionDocument>('POST', '/api/auth/forget-password'),
          );
          context.out(
            json ? JSON.stringify(session) : 'The password is gone. Start the desk again and use the printed link.',
          );
        }),
    );
