import type { Account, TradingState } from './account.ts';
import type { Plain } from './canonical.ts';
import type { Money } from './decimal.ts';
import type { Market } from './market.ts';
import type { Check, Fill, Order, OrderIntent, OrderStatus } from './order.ts';
import type { Quality } from './quality.ts';
import type { Consensus, Fact, Forecast, SettledForecast, Signal, View } from './signal.ts';
import type { Interval, Timestamp } from './time.ts';

/** What one analyst was shown: named facts, nothing else. */
export interface Evidence {
  analyst: string;
  symbol: string;
  interval: Interval;
  asOf: Timestamp;
  facts: Record<string, Fact>;
  /** Untrusted text, already cleaned and capped; only the news analyst gets any. */
  quotes?: { id: string; text: string }[];
}

/** One analyst's part of a decision, kept whole so that it can be recomputed with the network off. */
export interface PanelEntry {
  evidence: Evidence;
  /** What the pure judge said. */
  judged: Signal;
  /** What counts: the judged signal, or the view that a model shaded within bounds. */
  signal: Signal;
  /** Prompt, model, raw answer, cost and time of the refinement, if one was asked for. */
  refinement?: {
    model: string;
    promptVersion: string;
    prompt: string;
    answer?: string;
    /** The bounded proposal parsed from the answer; replay applies it again. */
    proposal?: Partial<Pick<View, 'direction' | 'confidence' | 'rationale'>>;
    failure?: string;
    costUsd: number | null;
    elapsedMs: number;
  };
  elapsedMs: number;
}

/** What the panel of analysts came to: the end of the graph, the start of the core. */
export interface Panel {
  symbol: string;
  interval: Interval;
  asOf: Timestamp;
  entries: PanelEntry[];
  /** Weights in force: prior × skill, before renormalisation over the views. */
  weights: Record<string, number>;
  consensus: Consensus;
}

/** Everything `decide` needs besides the panel; recorded so that replay does not read the store. */
export interface DecisionRecord {
  id: string;
  account: string;
  symbol: string;
  interval: Interval;
  asOf: Timestamp;
  /** Receive-time bound of the facts used. */
  knownAt: Timestamp;
  source: string;
  simulated: boolean;
  quality: Quality;
  panel: Panel;
  market: Market;
  /** The account as `decide` saw it. */
  accountBefore: Account;
  policy: unknown;
  intent: OrderIntent | null;
  verdict: VerdictRecord | null;
  hash: string;
  notices: string[];
  elapsedMs: number;
  origin: string;
  cycleId?: string;
}

export interface VerdictRecord {
  outcome: 'approved' | 'resized' | 'rejected';
  order: OrderIntent | null;
  checks: Check[];
  passesIf: string | null;
}

/** The public answer to "analyze": `conclave analyze --json`, `POST /api/analyze` and MCP give this. */
export interface DecisionDocument {
  symbol: string;
  interval: Interval;
  asOf: string;
  source: string;
  simulated?: true;
  quality: Quality;
  signals: SignalDocument[];
  consensus: Consensus;
  intent: Plain<OrderIntent> | null;
  risk: {
    outcome: 'approved' | 'resized' | 'rejected' | 'no_trade';
    checks: Check[];
    order: Plain<OrderIntent> | null;
    passesIf: string | null;
  };
  decisionId: string;
  hash: string;
  elapsedMs: number;
  notices: string[];
}

/** A signal as the public sees it, an abstention with nulls where a view has numbers. */
export interface SignalDocument {
  analyst: string;
  kind: 'view' | 'abstention';
  direction: string | null;
  probability: number | null;
  calibrated: boolean | null;
  confidence: number | null;
  horizon: { interval: Interval; bars: number } | null;
  expectedMove: number | null;
  weight: number;
  contribution: number;
  /** The facts that the signal cites, with values. */
  evidence: Fact[];
  rationale: string;
  reason?: string;
}

export interface CycleRecord {
  id: string;
  /** The schedule's slot; one record per slot, whatever crashes. */
  slot: Timestamp;
  symbols: string[];
  startedAt: Timestamp;
  finishedAt: Timestamp;
  outcomes: {
    symbol: string;
    decisionId?: string;
    outcome: 'traded' | 'no_trade' | 'rejected' | 'failed';
    /** Why, in a sentence. */
    why: string;
    clientOrderIds: string[];
  }[];
}

/** All that the journal may hold, by kind. */
export interface JournalPayloads {
  'account-opened': { currency: string; cash: Money; mode: 'paper' | 'live'; broker: string };
  cash: { amount: Money; reason: string };
  decision: DecisionRecord;
  /** An order about to be sent: on disk before the wire. */
  intent: { order: Order; approved: OrderIntent; checks: Check[]; decisionId?: string };
  'order-event': { clientOrderId: string; status: OrderStatus; reason?: string; brokerOrderId?: string; order?: Order };
  fill: { fill: Fill };
  /** Equity at a mark: peaks and day starts are facts too. */
  mark: { equity: Money; day: string };
  'trading-state': { state: TradingState; reason: string; by: string };
  limits: { profile: string; overrides: Record<string, unknown>; by: string };
  approval: { intentHash: string; by: string; expiresAt: Timestamp };
  forecast: Forecast;
  'forecast-settled': SettledForecast;
  cycle: CycleRecord;
  audit: { action: string; by: string; particulars: Record<string, unknown> };
}
export type JournalKind = keyof JournalPayloads;

/** One link of an account's chain. `hash` covers every other field in canonical form. */
export type JournalRecord = {
  [K in JournalKind]: {
    account: string;
    sequence: number;
    time: Timestamp;
    kind: K;
    payload: JournalPayloads[K];
    previousHash: string;
    hash: string;
  };
}[JournalKind];

export type JournalEntry = { [K in JournalKind]: { kind: K; payload: JournalPayloads[K] } }[JournalKind];
