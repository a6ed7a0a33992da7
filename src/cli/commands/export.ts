import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { AppError } from '../../domain/errors.ts';
import { withDesk } from '../connect.ts';
import { type CliContext, wholeNumber } from '../context.ts';

interface ExportOptions {
  symbol?: string;
  interval: string;
  from?: string;
  to?: string;
  source?: string;
  asOf?: string;
  limit?: string;
  format: string;
  out?: string;
  json?: boolean;
}

const formats = ['csv', 'parquet', 'json'];

export const exportCommand = (context: CliContext) =>
  new Command('export')
    .description('Write stored bars as CSV, Parquet or JSON, newest last. Each can be imported again as equal bars.')
    .argument('<what>', 'bars')
    .argument('[symbol]', 'whose bars, e.g. EURUSD')
    .option('-s, --symbol <symbol>', 'the same')
    .option('-i, --interval <interval>', 'bar length', '1h')
    .option('--from <time>', 'bars that open at this time or later')
    .option('--to <time>', 'bars that open before this time')
    .option('--source <name>', 'whose bars, where several sources have some: file, mt5, alpaca, ...')
    .option('--as-of <time>', 'only bars that had closed by then')
    .option('-n, --limit <count>', 'the last so many; all when absent')
    .option('--format <format>', 'csv, parquet or json', 'csv')
    .option('-o, --out <file>', 'write to a file instead of stdout')
    .action(async (what: string, named: string | undefined, options: ExportOptions) => {
      const symbol = named ?? options.symbol;
      const { interval, format, from, to, source, asOf, limit, out, json } = options;
      if (what !== 'bars')
        throw new AppError('invalid_input', `"${what}" cannot be exported.`, { hint: 'Only bars can, for now.' });
      if (symbol === undefined)
        throw new AppError('invalid_input', 'Say whose bars.', { hint: 'For example: conclave export bars EURUSD' });
      if (!formats.includes(format))
        throw new AppError('invalid_input', `"${format}" is not a format.`, { hint: 'Use csv, parquet or json.' });
      if (format === 'parquet' && out === undefined)
        throw new AppError('invalid_input', 'Parquet is binary.', { hint: 'Name a file with --out bars.parquet.' });
      const query = new URLSearchParams({ symbol, interval, format });
      for (const [name, value] of Object.entries({ from, to, source, asOf })) if (value) query.set(name, value);
      if (limit !== undefined) query.set('limit', String(wholeNumber('--limit', limit)));
      await withDesk(context, async (desk) => {
        const response = await desk.open('GET', `/api/export/bars?${query}`);
        const from = response.headers.get('x-source');
        if (out === undefined) return print(response, context.out);
        const bytes = await save(response, context.path(out));
        const answer = { file: out, format, symbol, interval, source: from, bytes };
        if (json) context.out(JSON.stringify(answer));
        else context.note(`Wrote ${out}: ${bytes} bytes, bars of the source ${from}.`);
      });
    });

/** Under its own name only once it is whole: a file that stopped in the middle would look like all there is. */
async function save(response: Response, path: string): Promise<number> {
  const part = `${path}.part`;
  const file = createWriteStream(part);
  try {
    await pipeline(Readable.fromWeb(response.body as never), file);
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true });
    throw new AppError('unavailable', `The export stopped before ${path} was whole; nothing was kept.`, { cause });
  }
  return file.bytesWritten;
}

/** Whole lines, as they come. */
async function print(response: Response, out: CliContext['out']) {
  let rest = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    rest += chunk;
    const end = rest.lastIndexOf('\n');
    if (end >= 0) out(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  if (rest !== '') out(rest);
}
