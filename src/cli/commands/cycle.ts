import { Command } from 'commander';
import type { CycleDocument } from '../../api/documents.ts';
import { withDesk } from '../connect.ts';
import type { CliContext } from '../context.ts';

export const cycleCommand = (context: CliContext) =>
  new Command('cycle')
    .description(
      'One autonomous turn of the desk on paper: analyze, size, assess and place for each symbol, and say why.',
    )
    .option('-s, --symbols <list>', 'comma separated; default: the universe of the configuration')
    .option('-i, --interval <interval>', 'bar length the decisions are made on')
    .option('--once', 'run one cycle and end (the default; schedules run inside `conclave start`)')
    .action(async ({ symbols, interval, json }: { symbols?: string; interval?: string; json?: boolean }) => {
      const body = {
        symbols: symbols
          ?.split(',')
          .map((symbol) => symbol.trim())
          .filter(Boolean),
        interval,
      };
      const cycle = await withDesk(context, (desk) => desk.call<CycleDocument>('POST', '/api/cycles', body));
      context.out(
        json
          ? JSON.stringify(cycle)
          : cycle.outcomes
              .map(({ symbol, outcome, why }) => `${symbol.padEnd(8)} ${outcome.padEnd(9)} ${why}`)
              .join('\n'),
      );
    });
