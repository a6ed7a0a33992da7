import type { Account, TradingState } from '../domain/account.ts';
import type { Plain } from '../domain/canonical.ts';
import type { Money } from '../domain/decimal.ts';
import type { Check, Fill, Order, OrderIntent } from '../domain/order.ts';
import type { Quote } from '../domain/quote.ts';
import type { CycleRecord, DecisionDocument, DecisionRecord } from '../domain/record.ts';
import type { Interval, Timestamp } from '../domain/time.ts';
import type { Policy, Step } from '../engine/desk.ts';
import type { StateReport, StopReport } from '../engine/set-trading-state.ts';
import type { Bus } from '../ports/bus.ts';
import type { SessionCalendar } from '../ports/calendar.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';
import type { Journal } from '../ports/journal.ts';
import type { LiveMarket } from '../ports/live-market.ts';
import type { MacroData, MarketData } from '../ports/market-data.ts';
import type { SettingStore, Stores, UserStore } from '../ports/store.ts';
import type { Mt5Push, OrderRequestBody } from '../wire.ts';
import type {
  AuditDocument,
  ConfigDocument,
  DoctorDocument,
  ImportDocument,
  IngestDocument,
  QualityDocument,
  QualityOverviewDocument,
  SettledDocument,
} from './documents.ts';

/** An account at its marks: what it would be worth if everything closed now, before costs. */
export interface Valuation {
  account: Account;
  equity: Money;
  positions: {
    symbol: string;
    /** Null where no quote is known; the position then counts at what it cost, and a notice says so. */
    quote: Quote | null;
    /** Mid of the quote. */
    mark: number | null;
    /** In the account's currency, negative when short. */
    value: Money | null;
    unrealised: Money | null;
  }[];
  notices: string[];
}

/** What the engine answers to an order. */
export interface Placement {
  outcome: 'placed' | 'rejected' | 'previewed';
  intent?: Plain<OrderIntent> | null;
  verdict: { outcome: 'approved' | 'resized' | 'rejected'; checks: Check[]; passesIf?: string | null } | null;
  orders: Plain<Order>[];
  fills: Plain<Fill>[];
}

/** The engine's use cases, bound to one desk. Each door has the same ones. */
export interface DeskUseCases {
  accountId: string;
  account(): Promise<Account>;
  /** Sizing, limits and consensus rules in force. */
  policy(): Promise<Policy>;
  valuation(): Promise<Valuation>;
  /** The limits that a person set last, or undefined while the configuration's own hold. */
  limits(): Promise<{ profile: string; overrides: Record<string, unknown> } | undefined>;
  setLimits(limits: { profile: string; overrides: Record<string, unknown>; by: string }): Promise<void>;
  analyze(question: {
    symbol: string;
    interval?: Interval;
    asOf?: Timestamp;
    origin: string;
    onStep?: (step: Step) => void;
    signal?: AbortSignal;
  }): Promise<DecisionDocument>;
  /** The public form of a recorded decision. */
  document(record: DecisionRecord): DecisionDocument;
  replay(record: DecisionRecord): Promise<{ hash: string; equal: boolean; differences: string[] }>;
  placeDecision(decisionId: string, origin: string): Promise<Placement>;
  placeOrder(request: OrderRequestBody & { origin: string; dryRun?: boolean }): Promise<Placement>;
  cancelOrder(clientOrderId: string, origin: string): Promise<void>;
  closePosition(symbol: string, origin: string): Promise<Placement>;
  setTradingState(request: { state: TradingState; reason: string; by: string; origin?: string }): Promise<StateReport>;
  emergencyStop(request: { reason: string; by: string; origin?: string; flatten?: boolean }): Promise<StopReport>;
  runCycle(request: { symbols: string[]; interval?: Interval; slot: Timestamp }): Promise<CycleRecord>;
}

/** Who a bearer token speaks for, in the shape that MCP servers take. */
export interface McpAuth {
  token: string;
  clientId: string;
  scopes: string[];
  /** Seconds since 1970. */
  expiresAt?: number;
}
export interface McpMount {
  fetch: (request: Request, auth?: McpAuth) => Promise<Response>;
}

export interface Log {
  error(particulars: object, message: string): void;
  info(particulars: object, message: string): void;
}

/** Everything the API needs from the world; `system.ts` gives it, tests give the same kind. */
export interface ApiDeps {
  version: string;
  mode: 'paper' | 'live';
  startedAt: Timestamp;
  clock: Clock;
  ids: Ids;
  bus: Bus;
  journal: Journal;
  marketData: MarketData;
  macro: MacroData;
  live: LiveMarket;
  /** Tells a quote that is old because its market is closed from one that is overdue. */
  sessions?: SessionCalendar;
  stores: Pick<Stores, 'decisions' | 'forecasts'>;
  desk: DeskUseCases;
  auth: {
    users: UserStore;
    /** The token of the printed link: good until the first password is set. */
    startToken?: string;
    /** The token in DATA_DIR/server.json: good as a bearer for this machine's own programs. */
    localToken?: string;
    /** Fresh text of at least 128 random bits. */
    freshToken: () => string;
  };
  /** What the owner may change while the desk runs, kept in the settings. */
  config: {
    settings: SettingStore;
    defaults: ConfigDocument;
    /** Throws `invalid_input` for settings that could not be run, before any of them is kept. */
    check?: (config: ConfigDocument) => void;
    /** Told of a change before it is kept, so that schedules follow; one that it throws at is not kept. */
    onChange?: (config: ConfigDocument) => Promise<void>;
  };
  health: () => Promise<{ database: string; cache: string; degraded?: boolean }>;
  doctor: () => Promise<DoctorDocument>;
  importBars: (request: ImportRequest) => Promise<ImportDocument>;
  /** How good stored bars are, and what a person makes of rejected ones. */
  quality: QualityUseCases;
  /** Throws `not_found` when no such bars are stored. */
  exportBars: (request: ExportRequest) => Promise<ExportedBars>;
  /** What a MetaTrader 5 terminal pushes. Throws `invalid_input` for times that cannot be; then nothing is stored. */
  ingestMt5: (push: Mt5Push) => Promise<IngestDocument>;
  backtest: (request: BacktestRequest) => Promise<unknown>;
  /** Checks the journal's hash chain. */
  audit: () => Promise<AuditDocument>;
  /** Ends this process cleanly, after the answer has left: for a start that takes over from a headless desk. */
  shutdown?: () => void;
  mcp: Record<string, McpMount>;
  /** Folder of the built web app; without it the pages say how to build it. */
  webRoot?: string;
  /** Names other than localhost and bare addresses under which the desk may be reached. */
  allowedHosts?: readonly string[];
  log?: Log;
}

export interface QualityUseCases {
  overview(): Promise<QualityOverviewDocument>;
  /** `filter` leaves only rejected bars of that interval. */
  read(question: {
    symbol: string;
    interval: Interval;
    limit: number;
    filter?: Interval;
    signal?: AbortSignal;
  }): Promise<QualityDocument>;
  /** Throws `not_found` for an unknown id, `invalid_input` for a row that holds no prices. */
  accept(request: { symbol: string; id: string; by: string }): Promise<SettledDocument>;
  /** Without an id all that have a repair and are not settled. Throws like `accept`. */
  repair(request: { symbol: string; id?: string; interval?: Interval; by: string }): Promise<SettledDocument>;
}

export interface ImportRequest {
  /** The file as it comes: CSV or JSON, packed or not, or Parquet. */
  file: AsyncIterable<Uint8Array>;
  symbol: string;
  interval?: Interval;
  timeZone?: string;
  /** Which column is which, where the file does not say. */
  columns?: Partial<Record<'time' | 'open' | 'high' | 'low' | 'close' | 'volume' | 'symbol', string>>;
  delimiter?: string;
  /** How times are written, such as `day/month/year`. */
  dates?: string;
  /** Divides prices. */
  scale?: number;
  /** Of a file with bid and ask. */
  prices?: 'mid' | 'bid' | 'ask';
  dryRun?: boolean;
  onProgress?: (progress: ImportProgress) => void;
  signal?: AbortSignal;
}

/** First the file is read through, then its bars are stored; `done` of each from 0 to 1. */
export interface ImportProgress {
  phase: 'reading' | 'storing';
  done: number;
  bars: number;
}

export interface ExportRequest {
  symbol: string;
  interval: Interval;
  /** The one that a reader would get when absent. */
  source?: string;
  /** Bars that open in [from, to). */
  from?: Timestamp;
  to?: Timestamp;
  /** Only what had closed by then. */
  asOf?: Timestamp;
  /** The last so many; all when absent. */
  limit?: number;
  format: 'csv' | 'parquet' | 'json';
}

export interface ExportedBars {
  symbol: string;
  interval: Interval;
  source: string;
  simulated: boolean;
  chunks: AsyncIterable<Uint8Array>;
}

export interface BacktestRequest {
  strategy: string;
  symbol: string;
  interval?: Interval;
  from?: Timestamp;
  to?: Timestamp;
  initialCash?: string;
}
