import type { Account } from '../domain/account.ts';
import { formatAmount } from '../domain/decimal.ts';
import type { Market } from '../domain/market.ts';
import type { OrderIntent, Verdict } from '../domain/order.ts';
import type { Panel } from '../domain/record.ts';
import { sizePosition } from '../portfolio/sizing.ts';
import { assess } from '../risk/assess.ts';
import type { Policy } from './desk.ts';

export interface DecisionInput {
  panel: Pick<Panel, 'symbol' | 'consensus'>;
  account: Account;
  market: Market;
  policy: Pick<Policy, 'sizing' | 'risk'>;
  origin?: string;
}

export interface Decision {
  outcome: 'approved' | 'resized' | 'rejected' | 'no_trade';
  intent: OrderIntent | null;
  verdict: Verdict | null;
  /** Why, in a sentence. */
  why: string;
}

/** The synchronous core: what is known goes in, an assessed decision comes out. Backtest, paper and live call nothing else. */
export function decide({ panel, account, market, policy, origin = 'analysis' }: DecisionInput): Decision {
  const question = { symbol: panel.symbol, consensus: panel.consensus, origin };
  const sizing = sizePosition(question, account, market, policy.sizing);
  if (sizing.outcome === 'none') return { outcome: 'no_trade', intent: null, verdict: null, why: sizing.why };
  const verdict = assess([sizing.intent], account, market, policy.risk)[0]!;
  return { outcome: verdict.outcome, intent: sizing.intent, verdict, why: whyOf(verdict) };
}

/** A verdict in a sentence. */
export function whyOf(verdict: Verdict): string {
  const { symbol, side, quantity, referencePrice, sizing, reduceOnly, conviction } = verdict.intent;
  if (verdict.outcome === 'rejected') {
    const failed = verdict.checks.filter((check) => !check.passed).map((check) => check.message);
    return `Risk refused to ${side} ${formatAmount(quantity)} ${symbol}: ${failed.join(' ')}`;
  }
  const size = formatAmount(verdict.order.quantity);
  const cut = verdict.outcome === 'resized' ? `, cut from ${formatAmount(quantity)} by risk` : '';
  const why = reduceOnly ? 'to give up the position' : `sized by ${sizing.chosen}`;
  return `${side === 'buy' ? 'Buy' : 'Sell'} ${size} ${symbol} at about ${formatAmount(referencePrice)}, ${why}${cut}; conviction ${conviction.toFixed(3)}.`;
}
