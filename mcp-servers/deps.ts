import type { Account, TradingState } from '../src/domain/account.ts';
import type { Plain } from '../src/domain/canonical.ts';
import type { Money } from '../src/domain/decimal.ts';
import type { Check, Fill, Order, OrderIntent, OrderStatus } from '../src/domain/order.ts';
import type { Quote } from '../src/domain/quote.ts';
import type { DecisionDocument, DecisionRecord } from '../src/domain/record.ts';
import type { Interval, Timestamp } from '../src/domain/time.ts';
import type { Policy, Step } from '../src/engine/desk.ts';
import type { Situation } from '../src/evidence/situation.ts';
import type { SessionCalendar } from '../src/ports/calendar.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { LiveMarket } from '../src/ports/live-market.ts';
import type { MacroData, MarketData } from '../src/ports/market-data.ts';
import type { Stores } from '../src/ports/store.ts';
import type { OrderRequestBody } from '../src/wire.ts';

/** A question about one instrument. Without asOf it is about now, or the newest bar's close where that is stale. */
export interface SituationQuestion {
  symbol: string;
  interval?: Interval;
  asOf?: Timestamp;
  /** Bound on when the desk learned the facts; none when absent. */
  knownAt?: Timestamp;
  signal?: AbortSignal;
}

/** The account at the market's prices. */
export interface Valuation {
  account: Account;
  equity: Money;
  positions: {
    symbol: string;
    /** Null where no quote is known; the position then counts at what it cost, and a notice says so. */
    quote: Quote | null;
    mark: number | null;
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

export type OrderQuestion = OrderRequestBody & { origin: string; dryRun?: boolean };

/** The engine's use cases, bound to one desk: the same ones that the API has. */
export interface DeskUseCases {
  accountId: string;
  account(): Promise<Account>;
  valuation(): Promise<Valuation>;
  policy(): Promise<Policy>;
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
  placeDecision(decisionId: string, origin: string): Promise<Placement>;
  placeOrder(request: OrderQuestion): Promise<Placement>;
  cancelOrder(clientOrderId: string, origin: string): Promise<void>;
  closePosition(symbol: string, origin: string): Promise<Placement>;
  /** With origin `mcp` it may only tighten: the engine refuses to resume for a program. */
  setTradingState(request: { state: TradingState; reason: string; by: string; origin?: string }): Promise<unknown>;
}

/** Orders and fills that were journalled, newest first. */
export interface OrderLog {
  get(clientOrderId: string): Promise<Order | undefined>;
  list(query: { account: string; symbol?: string; statuses?: readonly OrderStatus[]; limit: number }): Promise<Order[]>;
  fills(query: { account: string; symbol?: string; limit: number }): Promise<Fill[]>;
}

/** What the tools stand on. Each tool names the few it uses; `system.ts` gives them all. */
export interface ToolDeps {
  clock: Pick<Clock, 'now'>;
  marketData: MarketData;
  macro: MacroData;
  live: LiveMarket;
  sessions: SessionCalendar;
  stores: Pick<Stores, 'bars' | 'news' | 'calendar' | 'decisions' | 'forecasts'>;
  /** What was known of an instrument, from which evidence is cut. Throws `unknown_symbol`, `not_enough_history`. */
  situation(question: SituationQuestion): Promise<Situation>;
  desk: DeskUseCases;
  orders: OrderLog;
}
