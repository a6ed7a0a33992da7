import type { Plain } from '../domain/canonical.ts';
import type { ErrorDocument } from '../domain/errors.ts';
import type { AssetClass } from '../domain/instrument.ts';
import type { MacroFrequency } from '../domain/macro.ts';
import type { Check, Fill, Order, OrderIntent } from '../domain/order.ts';
import type { Quality } from '../domain/quality.ts';
import type { CycleRecord, DecisionDocument, SignalDocument } from '../domain/record.ts';
import type { Consensus } from '../domain/signal.ts';
import type { Interval } from '../domain/time.ts';

export type * from './quality-documents.ts';

/**
 * What the API answers with; the web app imports these types and nothing else of the server. Times are ISO 8601 UTC,
 * owned amounts decimal text, observed values numbers; `simulated` is present and true where the market is invented.
 */
export interface HealthDocument {
  status: 'ok' | 'degraded';
  version: string;
  mode: 'paper' | 'live';
  uptimeMs: number;
  database: string;
  cache: string;
}

export interface SessionDocument {
  signedIn: boolean;
  user?: { id: string; name: string; role: string };
  scopes?: string[];
  expiresAt?: string;
  /** False until the first password; then the printed link no longer signs in. */
  passwordSet: boolean;
}

export interface TokenDocument {
  accessToken: string;
  expiresAt: string;
  scopes: string[];
}

/** How programs on this machine reach the desk's MCP servers. */
export interface ClientsDocument {
  /** For stdio: what to run, with `mcp NAME` after it. */
  command: string;
  args: string[];
  servers: string[];
}

export interface InstrumentDocument {
  symbol: string;
  name: string;
  assetClass: AssetClass;
  base: string;
  quote: string;
  venue: string;
  tick: string;
  lot: string;
  minQuantity: string;
  pip: string;
  tradable: boolean;
  shortable: boolean;
}

export interface BarsDocument {
  symbol: string;
  interval: Interval;
  asOf: string;
  source: string;
  simulated?: true;
  quality: Quality;
  bars: { openTime: string; open: number; high: number; low: number; close: number; volume: number }[];
  notices: string[];
}

export interface QuoteDocument {
  symbol: string;
  bid: number;
  ask: number;
  mid: number;
  asOf: string;
  source: string;
  simulated?: true;
  /** True when the quote is older than its market should leave it. */
  stale?: true;
  /** True when its market is closed now: the quote is the last of the session. */
  closed?: true;
}

/** A macro series as it was known at asOf, oldest period first. */
export interface MacroDocument {
  series: string;
  title: string;
  unit: string;
  frequency: MacroFrequency;
  currency: string;
  asOf: string;
  source: string;
  simulated?: true;
  observations: {
    /** Date on which the period begins. */
    period: string;
    value: number;
    /** When this value was published: a revision has a later time than the first estimate. */
    released: string;
    /** The source does not tell the release; it is a late guess. */
    estimatedRelease?: true;
  }[];
  notices: string[];
}

export interface TickDocument {
  price: number;
  size: number;
  side?: 'buy' | 'sell';
  asOf: string;
  source: string;
  simulated?: true;
}

export type LiveBarDocument = BarsDocument['bars'][number];

export interface OrderBookDocument {
  asOf: string;
  source: string;
  /** Price and quantity, best first. */
  bids: readonly (readonly [number, number])[];
  asks: readonly (readonly [number, number])[];
  simulated?: true;
}

export interface PositionDocument {
  symbol: string;
  side: 'long' | 'short';
  quantity: string;
  averagePrice: string;
  /** Mid price; null where no quote is known, and then the values are null too. */
  mark: number | null;
  markTime: string | null;
  source: string | null;
  /** In the account's currency, negative when short. */
  value: string | null;
  unrealised: string | null;
  realised: string;
  openedAt: string;
  stopLoss?: string;
  takeProfit?: string;
  simulated?: true;
  stale?: true;
}

export interface AccountDocument {
  id: string;
  asOf: string;
  currency: string;
  mode: 'paper' | 'live';
  broker: string;
  cash: string;
  equity: string;
  deposited: string;
  realised: string;
  unrealised: string;
  fees: string;
  peakEquity: string;
  dayStartEquity: string;
  /** Equity less the day's start. */
  dayProfit: string;
  /** Fall from the peak, 0 to 1. */
  drawdown: number;
  /** Sum of position values over equity. */
  grossExposure: number;
  tradingState: TradingStateDocument['state'];
  tradingStateReason?: string;
  openPositions: number;
  openOrders: number;
  sequence: number;
  simulated?: true;
  notices: string[];
}

export interface TradingStateDocument {
  state: 'active' | 'reducing' | 'halted';
  reason?: string;
  /** Entries that a change has cancelled, and those that it could not; the desk goes on trying. */
  cancelled?: string[];
  failed?: { what: string; why: string }[];
}

export interface EmergencyStopDocument extends TradingStateDocument {
  /** Symbols whose positions were closed. */
  closed: string[];
}

export type OrderDocument = Plain<Omit<Order, 'createdAt' | 'updatedAt'>> & { createdAt: string; updatedAt: string };
export type FillDocument = Plain<Omit<Fill, 'eventTime' | 'receiveTime'>> & { eventTime: string; receiveTime: string };

export interface PlacementDocument {
  outcome: 'placed' | 'rejected' | 'previewed';
  intent: Plain<OrderIntent> | null;
  risk: { outcome: 'approved' | 'resized' | 'rejected'; checks: Check[]; passesIf: string | null } | null;
  orders: OrderDocument[];
  fills: FillDocument[];
}

/** A row of the list of decisions. */
export interface DecisionSummary {
  decisionId: string;
  symbol: string;
  interval: Interval;
  asOf: string;
  madeAt: string;
  direction: string;
  conviction: number;
  probability: number;
  outcome: DecisionDocument['risk']['outcome'];
  /** In a sentence, why it would trade or not. */
  why: string;
  origin: string;
  source: string;
  simulated?: true;
  cycleId?: string;
}

export interface DecisionDetail {
  document: DecisionDocument;
  madeAt: string;
  origin: string;
  why: string;
  cycleId?: string;
  /** Orders sent for this decision, and their fills. */
  orders: OrderDocument[];
  fills: FillDocument[];
}

export interface ReplayDocument {
  decisionId: string;
  hash: string;
  recordedHash: string;
  equal: boolean;
  differences: string[];
}

export type CycleDocument = Omit<CycleRecord, 'slot' | 'startedAt' | 'finishedAt'> & {
  slot: string;
  startedAt: string;
  finishedAt: string;
};

/** What the owner may set while the desk runs. */
export interface ConfigDocument {
  universe: string[];
  interval: Interval;
  schedule: { enabled: boolean; cron: string; timeZone: string };
  risk: { profile: 'conservative' | 'balanced' | 'aggressive'; overrides: Record<string, string | number | boolean> };
}

export interface DoctorDocument {
  ok: boolean;
  checks: { name: string; state: 'on' | 'off' | 'warning' | 'error'; text: string; hint?: string }[];
}

export interface ImportDocument {
  symbol: string;
  interval: Interval;
  source: string;
  accepted: number;
  rejected: number;
  /** Of the accepted ones, those that the store did not hold yet. */
  written: number;
  from: string | null;
  to: string | null;
  quality: Quality;
  /** How the file was understood. */
  detected: DetectedDialect;
  notices: string[];
  dryRun?: true;
}

export interface DetectedDialect {
  compressed: boolean;
  encoding: string;
  /** Between cells; `json` or `parquet` for such a file. */
  delimiter: string;
  decimalComma: boolean;
  header: string[] | null;
  /** Field to the column that it was read from. */
  columns: Record<string, string>;
  timeFormat: string;
  timeZone: string;
  zoneFrom: string;
  stamps: string;
  order: string;
  prices: string;
  scale: number;
  interval: Interval;
  rows: number;
}

/** What became of pushed prices. */
export interface IngestDocument {
  source: string;
  bars: {
    symbol: string;
    interval: Interval;
    accepted: number;
    /** Kept apart with their reason. */
    rejected: number;
    /** Not complete yet; send them again when they are. */
    forming: number;
    /** Of the accepted ones, those that the store did not hold yet. */
    written: number;
  }[];
  quotes: { accepted: number; rejected: number };
}

/** What an import tells while it runs. */
export interface ImportEvents {
  progress: { phase: 'reading' | 'storing'; done: number; bars: number };
  imported: ImportDocument;
  error: ErrorDocument;
}

/** Whether the journal's hash chain is whole, by account. */
export interface AuditDocument {
  ok: boolean;
  accounts: {
    account: string;
    records: number;
    ok: boolean;
    brokenAt: number | null;
    reason: string | null;
    head: string;
  }[];
}

export interface ScoreboardDocument {
  settled: number;
  open: number;
  analysts: {
    analyst: string;
    forecasts: number;
    /** Share that turned out right, 0 to 1; null below ten settled forecasts. */
    accuracy: number | null;
    /** Mean squared error of the probability: 0 perfect, 0.25 a coin; null below ten. */
    brier: number | null;
  }[];
}

/** Events of `POST /api/analyze` as a stream, by name. */
export interface AnalysisEvents {
  step: { name: string; text: string };
  signal: SignalDocument;
  consensus: Consensus;
  risk: DecisionDocument['risk'] & { intent: DecisionDocument['intent'] };
  decision: DecisionDocument;
  error: { error: { code: string; message: string; hint: string; retryable: boolean } };
}

/**
 * Frames of the WebSocket, server to page. `sequence` counts everything that is new about a symbol; give the last one back
 * as `after` to go on where the page left. A jump says that newer values took the place of older ones at the page's pace;
 * what is lost otherwise has a `gap` that stands for `from` to `to`.
 */
export type SocketFrame =
  | { type: 'subscribed'; symbols: string[]; unknown: string[] }
  | { type: 'quote'; sequence: number; quote: QuoteDocument }
  | { type: 'tick'; symbol: string; sequence: number; tick: TickDocument }
  | { type: 'bar'; symbol: string; sequence: number; interval: Interval; complete: boolean; bar: LiveBarDocument }
  | { type: 'book'; symbol: string; sequence: number; book: OrderBookDocument }
  | {
      type: 'gap';
      symbol: string;
      sequence: number;
      from: number;
      to: number;
      reason: 'slow' | 'expired' | 'disconnected';
      since?: string;
    }
  /** `asOf` is when the feed spoke last; `stale` is false when it is back. */
  | { type: 'stale'; symbol: string; sequence: number; stale: boolean; asOf: string }
  | { type: 'event'; topic: string; message: unknown }
  | { type: 'error'; error: { code: string; message: string; hint: string } };
