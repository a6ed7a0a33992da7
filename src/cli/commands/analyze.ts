import { Command } from 'commander';
import type { DecisionDocument } from '../../domain/record.ts';
import { withDesk } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { describeDecision } from '../describe.ts';

export const analyzeCommand = (context: CliContext) =>
  new Command('analyze')
    .description('Ask the six analysts about an instrument: votes, consensus, sized order and every risk check.')
    .argument('<symbol>', 'any usual spelling: EURUSD, EUR/USD, BTC-USDT, AAPL')
    .option('-i, --interval <interval>', 'bar length the decision is made on: 1m 5m 15m 30m 1h 4h 1d 1w 1M')
    .option('--as-of <time>', 'decide with what was known then, e.g. 2025-06-30T14:00:00Z')
    .action(async (symbol: string, { interval, asOf, json }: { interval?: string; asOf?: string; json?: boolean }) => {
      const decision = await withDesk(context, (desk) =>
        desk.call<DecisionDocument>('POST', '/api/analyze', { symbol, interval, asOf }),
      );
      context.out(json ? JSON.stringify(decision) : describeDecision(decision));
    });
