import { Command } from 'commander';
import type { CliContext } from '../context.ts';

export const benchCommand = (context: CliContext) =>
  new Command('bench')
    .description('Measure the performance claims: each is a ratio against a named reference in the same run.')
    .argument('[names...]', 'only these, e.g. graph indicators')
    .action(async (names: string[], { json }: { json?: boolean }) => {
      // Loaded on use: a container ships without the benchmarks.
      const { runBenchmarks } = await import('../../../bench/run.ts');
      const claims = await runBenchmarks(names, (text) => context.note(text));
      context.out(json ? JSON.stringify({ claims }) : claims.map(({ text }) => text).join('\n'));
    });
