import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command } from 'commander';
import type { ImportDocument } from '../../api/documents.ts';
import { AppError } from '../../domain/errors.ts';
import { withDesk } from '../connect.ts';
import type { CliContext } from '../context.ts';

interface ImportOptions {
  symbol: string;
  interval: string;
  timezone?: string;
  columns?: string;
  json?: boolean;
}

export const importCommand = (context: CliContext) =>
  new Command('import')
    .description(
      'Import bars from a CSV file (also gzip). Delimiter, columns, dates, scale and time zone are detected and said.',
    )
    .argument('<file>', 'for example prices.csv or prices.csv.gz')
    .requiredOption('-s, --symbol <symbol>', 'what the bars are of, e.g. EURUSD')
    .requiredOption('-i, --interval <interval>', 'length of one bar, e.g. 1h')
    .option(
      '--timezone <zone>',
      'zone of the times, where the file does not state it: UTC, Europe/Athens, +02:00 or broker (New York close)',
    )
    .option('--columns <list>', 'which column is which, where the file does not say: time=Date,close=Last')
    .action(async (file: string, { symbol, interval, timezone, columns, json }: ImportOptions) => {
      const bytes = await readFile(context.path(file)).catch((cause: unknown) => {
        throw new AppError('bad_file', `${file} cannot be read.`, {
          cause,
          hint: 'Check the path; it is relative to where you typed the command.',
        });
      });
      const query = new URLSearchParams({ symbol, interval, name: basename(file) });
      if (timezone) query.set('timezone', timezone);
      if (columns) query.set('columns', columns);
      const imported = await withDesk(context, (desk) =>
        desk.call<ImportDocument>('POST', `/api/import?${query}`, new Uint8Array(bytes)),
      );
      context.out(json ? JSON.stringify(imported) : describe(imported));
    });

const describe = ({ symbol, interval, accepted, rejected, from, to, notices }: ImportDocument) =>
  [
    `${symbol} ${interval}: ${accepted} bars from ${from} to ${to}, ${rejected} kept apart as defective`,
    ...notices.map((notice) => `Note: ${notice}`),
  ].join('\n');
