import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command } from 'commander';
import { symbolOfName } from '../../adapters/market-data/file/symbol-of-name.ts';
import type { ImportDocument, ImportEvents } from '../../api/documents.ts';
import { AppError } from '../../domain/errors.ts';
import { withDesk } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { eventsOf } from '../events.ts';
import { errorFromDocument } from '../fail.ts';
import { createProgress } from '../progress.ts';

interface ImportOptions {
  symbol?: string;
  interval?: string;
  timezone?: string;
  columns?: string;
  delimiter?: string;
  dates?: string;
  scale?: string;
  prices?: string;
  dryRun?: boolean;
  json?: boolean;
}

/** Bytes of a file that takes long enough to say how far it has come in lines of their own. */
const WORTH_TELLING = 5_000_000;

export const importCommand = (context: CliContext) =>
  new Command('import')
    .description(
      'Import bars from a CSV, JSON (also gzipped) or Parquet file of any size. Delimiter, columns, dates, scale, time zone and interval are detected and said.',
    )
    .argument('<file>', 'for example EURUSD_1h.csv, prices.csv.gz or bars.parquet')
    .option('-s, --symbol <symbol>', 'what the bars are of, e.g. EURUSD; from the file name when absent')
    .option('-i, --interval <interval>', 'length of one bar, e.g. 1h; from the spacing of the rows when absent')
    .option(
      '--timezone <zone>',
      'zone of the times, where the file does not state it: UTC, Europe/Athens, +02:00 or broker (New York close)',
    )
    .option('--columns <list>', 'which column is which, where the file does not say: time=Date,close=Last')
    .option('--delimiter <mark>', 'between cells: , ; | or tab')
    .option('--dates <form>', 'year-month-day, day.month.year, day/month/year, month/day/year, yearmonthday or epoch')
    .option('--scale <number>', 'divide prices by this, where they are counted in points')
    .option('--prices <side>', 'of a file with bid and ask: mid, bid or ask')
    .option('--dry-run', 'read and check the whole file and say what was found, store nothing')
    .action(async (file: string, options: ImportOptions) => {
      const symbol = options.symbol ?? symbolOfName(file);
      if (symbol === undefined) {
        throw new AppError('invalid_input', `${basename(file)} does not say what its bars are of.`, {
          hint: 'Name it with --symbol, for example --symbol EURUSD.',
        });
      }
      const path = context.path(file);
      const size = await sizeOf(path, file);
      const { json, dryRun, symbol: _, ...given } = options;
      const query = new URLSearchParams({ symbol, name: basename(file).slice(-200), ...given });
      if (given.delimiter === 'tab') query.set('delimiter', '\t');
      if (dryRun) query.set('dryRun', '1');
      const progress = createProgress(context, json || (!context.redraw && size < WORTH_TELLING));
      const imported = await withDesk(context, async (desk) => {
        const body = counted(createReadStream(path), (read) => progress.tell('sending', read / size, megabytes(read)));
        const response = await desk.open('POST', `/api/import?${query}`, { accept: 'text/event-stream', body });
        return answerOf(response, progress.tell);
      }).finally(progress.end);
      context.out(json ? JSON.stringify(imported) : describe(imported));
    });

async function sizeOf(path: string, file: string): Promise<number> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new AppError('bad_file', `${file} cannot be read.`, {
      cause,
      hint: 'Check the path; it is relative to where you typed the command.',
    });
  });
  if (found.isDirectory()) {
    throw new AppError('bad_file', `${file} is a folder.`, { hint: 'Name one of the files in it.' });
  }
  if (found.size === 0) throw new AppError('bad_file', `${file} is empty.`, { hint: 'Download or export it again.' });
  return found.size;
}

async function* counted(chunks: AsyncIterable<Uint8Array>, tell: (read: number) => void): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of chunks) {
    read += chunk.length;
    tell(read);
    yield chunk;
  }
}

async function answerOf(response: Response, tell: (name: string, done: number, text: string) => void) {
  for await (const { event, content } of eventsOf(response)) {
    if (event === 'imported') return content as ImportDocument;
    if (event === 'error') throw errorFromDocument(content, 500);
    const { phase, done, bars } = content as ImportEvents['progress'];
    tell(phase, done, `${bars.toLocaleString('en-US')} bars`);
  }
  throw new AppError('unavailable', 'The desk went away during the import.', {
    hint: 'Import the same file again: bars that are stored already are not stored twice.',
  });
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

const marks: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' };

function describe({ symbol, interval, accepted, rejected, written, from, to, ...rest }: ImportDocument): string {
  const { detected, notices, dryRun } = rest;
  const { columns, compressed, delimiter } = detected;
  const found = [
    [
      'format',
      `${marks[delimiter] ? `text, ${marks[delimiter]} between cells` : delimiter}${compressed ? ', gzip' : ''}`,
    ],
    [
      'columns',
      Object.entries(columns)
        .map(([field, column]) => `${field}=${column}`)
        .join(', '),
    ],
    [
      'times',
      `${detected.timeFormat}, ${detected.timeZone} (${detected.zoneFrom}), each the ${detected.stamps} of its bar`,
    ],
    ['prices', `${detected.prices}${detected.scale === 1 ? '' : `, divided by ${detected.scale}`}`],
    ['interval', `${interval}, ${detected.order}, ${detected.rows} rows`],
  ];
  return [
    `${symbol} ${interval}: ${accepted} bars from ${from} to ${to}, ${rejected} kept apart as defective`,
    dryRun ? 'Nothing was stored (--dry-run).' : `${written} of them are new.`,
    ...found.map(([name, text]) => `  ${name!.padEnd(9)} ${text}`),
    ...notices.map((notice) => `Note: ${notice}`),
  ].join('\n');
}
