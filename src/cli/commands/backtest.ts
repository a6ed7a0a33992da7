import { Command } from 'commander';
import { withDesk } from '../connect.ts';
import type { CliContext } from '../context.ts';

interface BacktestOptions {
  strategy: string;
  symbol: string;
  interval: string;
  from?: string;
  to?: string;
  cash?: string;
  json?: boolean;
}

export const backtestCommand = (context: CliContext) =>
  new Command('backtest')
    .description(
      'Run a strategy, or the whole consensus, over stored bars: same decisions, sizing, risk and costs as paper.',
    )
    .requiredOption('-s, --symbol <symbol>', 'what to trade')
    .option(
      '--strategy <name>',
      'consensus, sma-cross, rsi-reversion, macd, bollinger-breakout, donchian, buy-and-hold ...',
      'consensus',
    )
    .option('-i, --interval <interval>', 'bar length', '1h')
    .option('--from <time>', 'first bar, e.g. 2025-01-01')
    .option('--to <time>', 'end, exclusive, e.g. 2025-06-30')
    .option('--cash <amount>', 'starting cash', '100000')
    .action(async ({ json, cash, ...request }: BacktestOptions) => {
      context.note(`backtesting ${request.strategy} on ${request.symbol} ${request.interval}`);
      const report = await withDesk(context, (desk) =>
        desk.call<Record<string, unknown>>('POST', '/api/backtest', { ...request, initialCash: cash }),
      );
      context.out(json ? JSON.stringify(report) : describe(report));
    });

function describe(report: Record<string, unknown>): string {
  const rows = Object.entries((report.metrics ?? {}) as Record<string, unknown>);
  return rows
    .map(
      ([name, value]) =>
        `${name.padEnd(24)} ${value === null || typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
    )
    .join('\n');
}
