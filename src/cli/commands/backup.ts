import { Command } from 'commander';
import { AppError } from '../../domain/errors.ts';
import type { CliContext } from '../context.ts';

export const backupCommand = (context: CliContext) =>
  new Command('backup')
    .description('Write everything the desk knows to one file that either database can restore. Stop the desk first.')
    .argument('<file>', 'for example conclave-2026-11-21.jsonl.gz')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const { backupDesk } = await import('../../system.ts');
      const result = await backupDesk(context.config(), context.path(file));
      context.out(json ? JSON.stringify(result) : `Saved ${result.rows} rows to ${file}.`);
    });

export const restoreCommand = (context: CliContext) =>
  new Command('restore')
    .description('Fill an empty desk from a backup file; also the way from the embedded database to PostgreSQL.')
    .argument('<file>', 'a file that `conclave backup` wrote')
    .option('--yes', 'do not ask; needed without a terminal')
    .action(async (file: string, { json, yes }: { json?: boolean; yes?: boolean }) => {
      if (!yes) {
        throw new AppError('invalid_input', 'Restoring writes into the configured database.', {
          hint: 'Check DATA_DIR and DATABASE_URL, then add --yes.',
        });
      }
      const { restoreDesk } = await import('../../system.ts');
      const result = await restoreDesk(context.config(), context.path(file));
      context.out(json ? JSON.stringify(result) : `Restored ${result.rows} rows from ${file}.`);
    });
