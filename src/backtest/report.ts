import type { Interval } from '../domain/time.ts';
import type { Policy } from '../engine/desk.ts';
import type { Costs } from './costs.ts';
import type { Metrics, Trade } from './metrics.ts';

/** What every backtest answers. JSON-able and free of clocks: the same request on the same bars gives the same bytes. */
export interface BacktestReport {
  strategy: string;
  parameters: Record<string, number>;
  symbol: string;
  interval: Interval;
  /** First opening and last close of the bars that were traded on. */
  from: string;
  to: string;
  source: string;
  simulated: boolean;
  bars: number;
  currency: string;
  initialCash: string;
  /** Exact, marked at the last close. */
  finalEquity: string;
  metrics: Metrics;
  /** Buying at the first open and holding, without costs: the yardstick. */
  buyAndHold: number;
  trades: (Omit<Trade, 'openedAt' | 'closedAt'> & { openedAt: string; closedAt: string })[];
  /** At most 500 points, the last of each stretch. */
  equity: { time: string; equity: number; drawdown: number }[];
  /** In the account's currency. */
  costs: { commission: number; spread: number; slippage: number; total: number; model: Costs };
  decisions: number;
  /** Of the decisions: how many wished for an order, and what became of it. */
  intents: { approved: number; resized: number; rejected: number };
  /** Failed checks by risk code; one rejection may fail several. */
  rejections: Record<string, number>;
  orders: number;
  fills: number;
  dataset: { hash: string; bars: number; from: string; to: string };
  /** Nothing in a backtest is random; kept so that a report says so. */
  seed: number | null;
  policy: Policy;
  lookAhead: LookAheadCheck | null;
  notices: string[];
  /** sha256 of everything above. */
  hash: string;
}

/** Each cut repeats the run on a history that ends there; `equal` says that its past was the same. */
export interface LookAheadCheck {
  outcome: 'passed' | 'failed';
  cuts: { at: string; bars: number; equal: boolean }[];
}
