import { Command } from 'commander';
import { type CliContext, wholeNumber } from '../context.ts';

interface StartOptions {
  port?: string;
  host?: string;
  headless?: boolean;
  idleExit?: string;
  json?: boolean;
}

export const startCommand = (context: CliContext) =>
  new Command('start')
    .description('Start the desk: web app, API, MCP endpoints and schedules, and print the link that signs you in.')
    .option('-p, --port <port>', 'instead of PORT; 0 takes any free one')
    .option('--host <address>', 'instead of HOST')
    .option('--headless', 'no link, no schedules: only serve other programs on this machine')
    .option('--idle-exit <seconds>', 'end when nobody asked anything for so long')
    .action(async ({ port, host, headless, idleExit, json }: StartOptions) => {
      const { serveDesk } = await import('../../main.ts');
      const config = context.config();
      await serveDesk({
        config,
        port: port === undefined ? config.env.PORT : wholeNumber('--port', port),
        host: host ?? config.env.HOST,
        headless: headless === true,
        idleExitMs: idleExit === undefined ? undefined : wholeNumber('--idle-exit', idleExit) * 1_000,
        note: context.note,
        announce: (desk) =>
          context.out(json ? JSON.stringify(desk) : headless ? `Conclave serves ${desk.url}` : welcome(desk)),
      });
    });

const welcome = ({ link, url }: { link: string; url: string }) =>
  [
    '',
    '  Conclave is ready (paper money only). Sign in with this link:',
    '',
    `  ${link}`,
    '',
    `  Later: ${url}. Stop with Ctrl-C.`,
    '',
  ].join('\n');
