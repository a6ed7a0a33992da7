import { describe, expect, it } from 'vitest';
import { AppError } from '../src/domain/errors.ts';
import type { DecisionDocument } from '../src/domain/record.ts';
import { createChat, readIntent } from './chat.ts';

describe('a line of chat', () => {
  it.each([
    ['analyze EURUSD', { kind: 'analyze', symbol: 'EURUSD' }],
    ['Please analyse EUR/USD on 4h.', { kind: 'analyze', symbol: 'EUR/USD', interval: '4h' }],
    ['what about btc-usd on the 1 day?', { kind: 'analyze', symbol: 'btc-usd', interval: '1 day' }],
    ['should I buy AAPL?', { kind: 'analyze', symbol: 'AAPL' }],
    ['^GSPC', { kind: 'analyze', symbol: '^GSPC' }],
    ['price of AAPL?', { kind: 'quote', symbol: 'AAPL' }],
    ['news on gold', { kind: 'news', symbol: 'gold' }],
    ['what are my positions', { kind: 'portfolio' }],
    ['hello', { kind: 'help' }],
    ['buy everything now with all the money', { kind: 'help' }],
  ])('"%s" is understood', (line, intent) => {
    expect(readIntent(line)).toEqual(intent);
  });
});

const decision = {
  symbol: 'EURUSD',
  interval: '1h',
  asOf: '2025-06-30T12:00:00.000Z',
  simulated: true,
  quality: { stale: true },
  consensus: { direction: 'long', conviction: 0.312 },
  signals: [
    { analyst: 'trend-analyst', kind: 'view', direction: 'long', confidence: 0.5, rationale: 'The trend is up.' },
    { analyst: 'news-analyst', kind: 'abstention', direction: null, confidence: null, rationale: 'No news.' },
  ],
  intent: { side: 'buy', quantity: '9000' },
  risk: { outcome: 'rejected', passesIf: 'at most 5000' },
  notices: ['The market is simulated.'],
} as unknown as DecisionDocument;

const answers: Record<string, unknown> = {
  get_latest_quote: { symbol: 'AAPL', bid: 199.9, ask: 200.1, eventTime: 'now' },
  get_sentiment: { sentiment: [{ symbol: 'XAUUSD', score: 0.2, stories: 3, sources: 2 }] },
  get_portfolio: {
    account: { equity: '100000', currency: 'USD' },
    positions: [{ symbol: 'EURUSD', side: 'long', quantity: '9000' }],
  },
};
const chat = createChat({
  analyze: async ({ symbol }) => ({ ...decision, symbol }),
  tools: {
    call: async <T>(tool: string) => {
      if (!(tool in answers)) throw new AppError('not_found', tool);
      return answers[tool] as T;
    },
  },
});

describe('the chat', () => {
  it('reports a decision with its labels, dissent and verdict', async () => {
    const { text, decision: made } = await chat('analyze EURUSD');
    expect(text).toContain('[SIMULATED, stale]: long, conviction 0.31');
    expect(text).toContain('buy 9000 is rejected; it would pass: at most 5000');
    expect(text).toContain('- news-analyst: no view. No news.');
    expect(made!.symbol).toBe('EURUSD');
  });

  it.each([
    ['price of AAPL', 'AAPL: bid 199.9, ask 200.1'],
    ['news on gold', 'XAUUSD: score 0.2 from 3 stories by 2 sources'],
    ['portfolio', 'Equity 100000 USD; long 9000 EURUSD.'],
    ['help', 'orders are placed on the desk page'],
  ])('answers "%s"', async (line, said) => {
    expect((await chat(line)).text).toContain(said);
  });
});
