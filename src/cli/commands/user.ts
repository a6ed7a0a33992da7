import { Command } from 'commander';
import { withDesk } from '../connect.ts';
import type { CliContext } from '../context.ts';

export const userCommand = (context: CliContext) =>
  new Command('user')
    .description('The owner of the desk: get a token for programs, or forget a lost password.')
    .addCommand(
      new Command('token').description('Print an access token for programs and MCP clients.').action(async () => {
        const { accessToken } = await withDesk(context, (desk) =>
          desk.call<{ accessToken: string }>('POST', '/api/auth/token', { label: 'command line' }),
        );
        context.out(accessToken);
      }),
    )
    .addCommand(
      new Command('forget-password')
        .description('Remove the password; the link of the next start signs in again.')
        .action(async () => {
          await withDesk(context, (desk) => desk.call('POST', '/api/auth/forget-password'));
          context.out('The password is gone. Start the desk again and use the printed link.');
        }),
    );
