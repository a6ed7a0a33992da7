import { Command } from 'commander';
import type {
  QualityDocument,
  QualityOverviewDocument,
  RejectedDocument,
  SettledDocument,
} from '../../api/documents.ts';
import { AppError } from '../../domain/errors.ts';
import { withDesk } from '../connect.ts';
import type { CliContext } from '../context.ts';

interface QualityOptions {
  interval?: string;
  accept?: string;
  repair?: string | boolean;
  limit: string;
  json?: boolean;
}

export const qualityCommand = (context: CliContext) =>
  new Command('quality')
    .description('How good the stored bars are, which were rejected and why; accept one as it is, or repair it.')
    .argument('[symbol]', 'e.g. EURUSD; without it everything that is stored, in one table')
    .option('-i, --interval <interval>', 'judge bars of this interval, and list rejected ones of it only')
    .option('--limit <count>', 'how many rejected bars to list', '20')
    .option('--accept <id>', 'take this rejected bar as it came; it is stored as a new fact')
    .option('--repair [id]', 'mend this rejected bar, or all for which a rule is certain')
    .action(async (symbol: string | undefined, options: QualityOptions) => {
      if (symbol === undefined && (options.accept || options.repair || options.interval)) {
        throw new AppError('invalid_input', 'Name the instrument whose bars are meant.', {
          hint: 'For example: conclave quality EURUSD --interval 1h',
        });
      }
      const [found, text] = await withDesk(context, async (desk): Promise<[unknown, string]> => {
        if (symbol === undefined) {
          const all = await desk.call<QualityOverviewDocument>('GET', '/api/quality');
          return [all, overviewText(all)];
        }
        const path = `/api/quality/${encodeURIComponent(symbol)}`;
        const { interval, accept, repair, limit } = options;
        if (accept !== undefined || repair) {
          const request =
            accept === undefined ? { interval, ...(repair === true ? {} : { id: repair }) } : { id: accept };
          const verb = accept === undefined ? 'repair' : 'accept';
          const done = await desk.call<SettledDocument>('POST', `${path}/${verb}`, request);
          return [done, settledText(done)];
        }
        const query = new URLSearchParams({ limit, ...(interval ? { interval } : {}) });
        const document = await desk.call<QualityDocument>('GET', `${path}?${query}`);
        return [document, qualityText(document)];
      });
      context.out(options.json ? JSON.stringify(found) : text);
    });

const overviewText = ({ stored }: QualityOverviewDocument) =>
  stored.length === 0
    ? 'No real bars are stored.'
    : stored
        .map(({ symbol, interval, source, bars, rejected, flags }) => {
          const apart = rejected === 0 ? '' : `  ${rejected} rejected: ${flags.join(', ')}`;
          return `${symbol.padEnd(10)} ${interval.padEnd(4)} ${source.padEnd(12)} ${String(bars).padStart(8)} bars${apart}`;
        })
        .join('\n');

function qualityText({ symbol, interval, source, asOf, quality, notices, rejected, rejectedCount }: QualityDocument) {
  const flags = quality.flags.length > 0 ? quality.flags.join(', ') : 'none';
  const more = rejectedCount - rejected.length;
  return [
    `${symbol} ${interval} from ${source}, as of ${asOf}: score ${quality.score}, flags: ${flags}`,
    ...notices.map((notice) => `Note: ${notice}`),
    rejectedCount === 0 ? 'No bar was rejected.' : `${rejectedCount} rejected:`,
    ...rejected.flatMap(rejectedText),
    ...(more > 0 ? [`… and ${more} more; list them with --limit ${Math.min(rejectedCount, 5_000)}`] : []),
  ].join('\n');
}

function rejectedText({ id, row, reason, bar, repair, settled }: RejectedDocument): string[] {
  const values = (each: NonNullable<RejectedDocument['bar']>) =>
    Object.entries(each)
      .map(([name, value]) => `${name} ${value ?? '?'}`)
      .join(', ');
  return [
    `  ${id}`,
    `    ${reason}${row === undefined ? '' : ` (line ${row})`}`,
    ...(bar ? [`    ${values(bar)}`] : []),
    ...(repair && !settled ? [`    can be repaired (${repair.rule}): ${values(repair.bar)}`] : []),
    ...(settled ? [`    ${settled.as} ${settled.at}: ${settled.rule}`] : []),
  ];
}

const settledText = ({ settled }: SettledDocument) =>
  settled.length === 0
    ? 'Nothing to repair: no rejected bar has a certain rule.'
    : settled.map(({ id, settled: by }) => `${id}: ${by!.rule}`).join('\n');
