import { instruments } from '../../src/domain/instruments.ts';
import { intervals } from '../../src/domain/time.ts';
import type { PromptDefinition } from '../shell.ts';

const MOST = 20;
const symbolsLike = (typed: string) =>
  instruments
    .map(({ symbol }) => symbol)
    .filter((symbol) => symbol.startsWith(typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')))
    .slice(0, MOST);
const intervalsLike = (typed: string) => intervals.filter((each) => each.startsWith(typed));

const honest =
  'Use only numbers that the tools gave. Say plainly when the market is simulated or the data stale, and that this is not investment advice.';

export const prompts: readonly PromptDefinition[] = [
  {
    name: 'analyze',
    title: 'Analyze a symbol',
    description: 'The panel of six on one symbol, reported with its disagreements.',
    arguments: {
      symbol: { description: 'Instrument, e.g. EURUSD', complete: symbolsLike },
      interval: { description: 'Bar interval, e.g. 1h', optional: true, complete: intervalsLike },
    },
    text: ({ symbol, interval }) =>
      `Call analyze_symbol for ${symbol}${interval ? ` on ${interval}` : ''}. Report the consensus with its conviction and probability, which analysts agree and which do not and why, the proposed order with its stop and target, and every failed risk check with what would pass. ${honest} Place nothing unless I ask for it.`,
  },
  {
    name: 'daily_brief',
    title: 'Daily brief',
    description: 'The account, the market and the desk in a page.',
    arguments: { symbols: { description: 'Symbols to follow, e.g. EURUSD,BTCUSDT', optional: true } },
    text: ({ symbols }) =>
      `Give me a brief of at most one page: get_portfolio for the account and what it holds, get_snapshot for ${symbols || 'what is held and the symbols of the latest decisions'}, get_news for what stands out, list_decisions for what the desk decided lately. ${honest}`,
  },
  {
    name: 'trade_review',
    title: 'Review decisions',
    description: 'What the desk decided, how it came out, and who was right.',
    arguments: { symbol: { description: 'Only of this symbol', optional: true, complete: symbolsLike } },
    text: ({ symbol }) =>
      `Review the desk's decisions${symbol ? ` on ${symbol}` : ''}: list_decisions, then get_decision for those that traded, get_scoreboard for how the analysts fared. Say what the evidence was, what happened, and what the scores do and do not show given how few have settled. ${honest}`,
  },
];
