import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { BarsDocument } from '../../api/documents.ts';
import { AppError } from '../../domain/errors.ts';
import { withDesk } from '../connect.ts';
import { type CliContext, wholeNumber } from '../context.ts';

interface ExportOptions {
  symbol: string;
  interval: string;
  limit: string;
  format: string;
  output?: string;
}

export const exportCommand = (context: CliContext) =>
  new Command('export')
    .description('Write stored bars as CSV or JSON, newest last. The CSV can be imported again.')
    .argument('<what>', 'bars')
    .requiredOption('-s, --symbol <symbol>', 'whose bars')
    .option('-i, --interval <interval>', 'bar length', '1h')
    .option('-n, --limit <count>', 'at most so many', '5000')
    .option('--format <format>', 'csv or json', 'csv')
    .option('-o, --output <file>', 'write to a file instead of stdout')
    .action(async (what: string, { symbol, interval, limit, format, output }: ExportOptions) => {
      if (what !== 'bars')
        throw new AppError('invalid_input', `"${what}" cannot be exported.`, { hint: 'Only bars can, for now.' });
      if (format !== 'csv' && format !== 'json')
        throw new AppError('invalid_input', `"${format}" is not a format.`, { hint: 'Use csv or json.' });
      const query = new URLSearchParams({ symbol, interval, limit: String(wholeNumber('--limit', limit)) });
      const { bars } = await withDesk(context, (desk) => desk.call<BarsDocument>('GET', `/api/bars?${query}`));
      const text = format === 'json' ? JSON.stringify(bars) : csv(bars);
      if (output) await writeFile(context.path(output), `${text}\n`);
      else context.out(text);
    });

const csv = (bars: BarsDocument['bars']) =>
  [
    'time,open,high,low,close,volume',
    ...bars.map((bar) => [bar.openTime, bar.open, bar.high, bar.low, bar.close, bar.volume].join(',')),
  ].join('\n');
