import { Command } from 'commander';
import type { SessionDocument, TokenDocument } from '../../api/documents.ts';
import { withDesk } from '../connect.ts';
import { type CliContext, wholeNumber } from '../context.ts';

interface TokenOptions {
  json?: boolean;
  scopes?: string;
  label: string;
  days: string;
}

export const userCommand = (context: CliContext) =>
  new Command('user')
    .description('The owner of the desk: get a token for programs, or forget a lost password.')
    .addCommand(
      new Command('token')
        .description('Print an access token for programs and MCP clients.')
        .option(
          '--scopes <list>',
          'what it may do, e.g. market:write for what pushes prices; all but that and admin when absent',
        )
        .option('--label <text>', 'what it is for', 'command line')
        .option('--days <count>', 'how long it is valid, at most 365', '30')
        .action(async ({ json, scopes, label, days }: TokenOptions) => {
          const wanted = scopes === undefined ? {} : { scopes: scopes.split(',').map((each) => each.trim()) };
          const minted = await withDesk(context, (desk) =>
            desk.call<TokenDocument>('POST', '/api/auth/token', {
              label,
              days: wholeNumber('--days', days),
              ...wanted,
            }),
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
