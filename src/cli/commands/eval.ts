import { Command } from 'commander';
import type { CliContext } from '../context.ts';

export const evalCommand = (context: CliContext) =>
  new Command('eval')
    .description(
      'Run the evaluation cases: is the panel right, calibrated, grounded and safe. Needs no model and no network.',
    )
    .action(async ({ json }: { json?: boolean }) => {
      // Loaded on use: a container ships without the cases.
      const { runEvals } = await import('../../../evals/run.ts');
      const report = await runEvals();
      context.out(json ? JSON.stringify(report) : report.text);
      if (!report.passed) process.exitCode = 1;
    });
