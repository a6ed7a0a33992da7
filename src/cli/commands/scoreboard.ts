import { Command } from 'commander';
import type { ScoreboardDocument } from '../../api/documents.ts';
import { withDesk } from '../connect.ts';
import type { CliContext } from '../context.ts';

export const scoreboardCommand = (context: CliContext) =>
  new Command('scoreboard')
    .description(
      'How the analysts did: settled forecasts, hit rate, Brier score and the weight that follows from them.',
    )
    .action(async ({ json }: { json?: boolean }) => {
      const board = await withDesk(context, (desk) => desk.call<ScoreboardDocument>('GET', '/api/scoreboard'));
      context.out(json ? JSON.stringify(board) : describe(board));
    });

const describe = ({ analysts, open }: ScoreboardDocument) =>
  [
    'analyst          forecasts   hits  Brier',
    ...analysts.map(({ analyst, forecasts, accuracy, brier }) =>
      [
        analyst.padEnd(16),
        String(forecasts).padStart(9),
        (accuracy === null ? '-' : `${(accuracy * 100).toFixed(0)} %`).padStart(6),
        (brier === null ? '-' : brier.toFixed(3)).padStart(6),
      ].join(' '),
    ),
    `${open} forecasts wait for their horizon.`,
  ].join('\n');
