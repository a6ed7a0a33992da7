import type { DecisionDocument, SignalDocument } from '../src/domain/record.ts';
import type { Step } from '../src/engine/desk.ts';
import type { ToolClient } from './tool-client.ts';

export interface ChatDeps {
  tools: Pick<ToolClient, 'call'>;
  analyze(question: {
    symbol: string;
    interval?: string;
    onStep?: (step: Step) => void;
    signal?: AbortSignal;
  }): Promise<DecisionDocument>;
}

export interface ChatAnswer {
  text: string;
  /** Present when the question was an analysis. */
  decision?: DecisionDocument;
}

/** What a line of chat asks for. */
export type ChatIntent =
  | { kind: 'analyze'; symbol: string; interval?: string }
  | { kind: 'quote' | 'news'; symbol: string }
  | { kind: 'portfolio' }
  | { kind: 'help' };

const symbol = String.raw`(\^?[A-Za-z][\w./^=:-]{1,31})`;
const interval = String.raw`(?:\s+(?:on|at|in)?\s*(?:the\s+)?(\d+\s?[A-Za-z]+|[A-Za-z]\d+|hourly|daily|weekly|monthly)\b)?`;
const patterns: [RegExp, (match: RegExpExecArray) => ChatIntent][] = [
  [/\b(?:portfolio|positions?|account|equity|balance|what do i (?:hold|own))\b/i, () => ({ kind: 'portfolio' })],
  [
    new RegExp(String.raw`\b(?:news|headlines|sentiment)\s+(?:on|of|for|about)?\s*${symbol}`, 'i'),
    (match) => ({ kind: 'news', symbol: match[1]! }),
  ],
  [
    new RegExp(String.raw`\b(?:price|quote)\s+(?:of|for)?\s*${symbol}`, 'i'),
    (match) => ({ kind: 'quote', symbol: match[1]! }),
  ],
  [
    new RegExp(
      String.raw`\b(?:analy[sz]e|analysis of|look at|what about|should i (?:buy|sell))\s+${symbol}${interval}`,
      'i',
    ),
    (match) => ({ kind: 'analyze', symbol: match[1]!, ...(match[2] ? { interval: match[2].trim() } : {}) }),
  ],
  [new RegExp(String.raw`^\s*${symbol}\s*\??\s*$`), (match) => ({ kind: 'analyze', symbol: match[1]! })],
];

/** Reads a line by its words; what it does not understand is a request for help, never a guess at an order. */
export function readIntent(line: string): ChatIntent {
  const plain = line.slice(0, 400).replace(/[?!.,]+\s*$/, '');
  if (/^\s*(?:help|hello|hi)\b/i.test(plain)) return { kind: 'help' };
  for (const [pattern, intent] of patterns) {
    const match = pattern.exec(plain);
    if (match) return intent(match);
  }
  return { kind: 'help' };
}

const help =
  'Ask "analyze EURUSD", "analyze BTCUSDT on 4h", "price of AAPL", "news on gold" or "portfolio". The chat looks and explains; orders are placed on the desk page or by the order tools.';

/** One line in, one answer out. It reads and explains; nothing here can place an order. */
export function createChat({ tools, analyze }: ChatDeps) {
  return async (
    line: string,
    options: { onStep?: (step: Step) => void; signal?: AbortSignal } = {},
  ): Promise<ChatAnswer> => {
    const intent = readIntent(line);
    const { signal } = options;
    switch (intent.kind) {
      case 'analyze': {
        const { symbol: asked, interval: on } = intent;
        const decision = await analyze({ symbol: asked, ...(on ? { interval: on } : {}), ...options });
        return { text: narrate(decision), decision };
      }
      case 'quote': {
        const quote = await tools.call<Quote>('get_latest_quote', { symbol: intent.symbol }, { signal });
        return { text: `${quote.symbol}: bid ${quote.bid}, ask ${quote.ask} (${quote.eventTime}).` };
      }
      case 'news': {
        const { sentiment } = await tools.call<Sentiment>('get_sentiment', { symbols: [intent.symbol] }, { signal });
        const said = sentiment[0];
        if (!said || said.score === null) return { text: `No news speaks of ${said?.symbol ?? intent.symbol}.` };
        return { text: `${said.symbol}: score ${said.score} from ${said.stories} stories by ${said.sources} sources.` };
      }
      case 'portfolio': {
        const { account, positions } = await tools.call<Portfolio>('get_portfolio', {}, { signal });
        const held = positions.map(({ symbol: each, side, quantity }) => `${side} ${quantity} ${each}`);
        return {
          text: `Equity ${account.equity} ${account.currency}; ${held.length > 0 ? held.join(', ') : 'no positions'}.`,
        };
      }
      case 'help':
        return { text: help };
    }
  };
}

interface Quote {
  symbol: string;
  bid: number;
  ask: number;
  eventTime: string;
}
interface Sentiment {
  sentiment: { symbol: string; score: number | null; stories: number; sources: number }[];
}
interface Portfolio {
  account: { equity: string; currency: string };
  positions: { symbol: string; side: string; quantity: string }[];
}

/** A decision in words: its own numbers and the analysts' own sentences, nothing added. */
export function narrate(decision: DecisionDocument): string {
  const { symbol: about, interval: on, asOf, consensus, signals, intent, risk, notices } = decision;
  const labels = [decision.simulated ? 'SIMULATED' : '', decision.quality.stale ? 'stale' : ''].filter(Boolean);
  const verdict = intent
    ? `${intent.side} ${intent.quantity} is ${risk.outcome}${risk.passesIf ? `; it would pass: ${risk.passesIf}` : ''}.`
    : `No trade${consensus.reason ? ` (${consensus.reason.replaceAll('_', ' ')})` : ''}.`;
  return [
    `${about} ${on} as of ${asOf}${labels.length > 0 ? ` [${labels.join(', ')}]` : ''}: ${consensus.direction}, conviction ${consensus.conviction.toFixed(2)}.`,
    verdict,
    ...signals.map(voice),
    ...notices,
  ].join('\n');
}

const voice = ({ analyst, kind, direction, confidence, rationale }: SignalDocument) =>
  kind === 'view'
    ? `- ${analyst}: ${direction} (${(confidence ?? 0).toFixed(2)}). ${rationale}`
    : `- ${analyst}: no view. ${rationale}`;
