import type { ConsensusPolicy } from '../consensus/policy.ts';
import type { Account } from '../domain/account.ts';
import type { Market } from '../domain/market.ts';
import type { Fill, Order } from '../domain/order.ts';
import type { Quality } from '../domain/quality.ts';
import type { CycleRecord, JournalEntry, JournalPayloads, JournalRecord, Panel, PanelEntry } from '../domain/record.ts';
import type { Consensus, Direction, Forecast } from '../domain/signal.ts';
import type { Interval, Timestamp } from '../domain/time.ts';
import type { SizingPolicy } from '../portfolio/sizing-policy.ts';
import type { Broker } from '../ports/broker.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';
import type { Journal } from '../ports/journal.ts';
import type { DecisionStore, ForecastStore } from '../ports/store.ts';
import type { RiskPolicy } from '../risk/policy.ts';

/** What the desk saw of one symbol when it was asked, and of all that it holds or has on order. */
export interface MarketRead {
  symbol: string;
  interval: Interval;
  asOf: Timestamp;
  /** Receive-time bound of the facts used. */
  knownAt: Timestamp;
  source: string;
  simulated: boolean;
  quality: Quality;
  market: Market;
  notices: string[];
}

/** Progress of one analysis, for whoever watches. */
export type Step =
  | { kind: 'step'; name: string; text: string }
  | { kind: 'signal'; entry: PanelEntry }
  | { kind: 'consensus'; consensus: Consensus };

export interface Question {
  symbol: string;
  interval: Interval;
  asOf: Timestamp;
  held: Direction;
  market: Market;
  /** Whether the prices are simulated ones. */
  simulated: boolean;
  onStep?: (step: Step) => void;
  signal?: AbortSignal;
  decisionId: string;
}

/** Six analysts to one consensus; the graph stands behind it. */
export type Deliberate = (question: Question) => Promise<Panel>;

/** In force when a decision is made; JSON-able and recorded with it. */
export interface Policy {
  profile: string;
  sizing: SizingPolicy;
  risk: RiskPolicy;
  consensus: ConsensusPolicy;
}

/** What the account's journal says beyond the account itself: what was seen, so that nothing counts twice. */
export interface Ledger {
  hasFill(id: string): boolean;
  /** Any order that was ever journalled, finished ones too. */
  order(clientOrderId: string): Order | undefined;
  ordersOfDecision(decisionId: string): Order[];
  fillsOf(clientOrderId: string): Fill[];
  /** Time of the newest fill, or undefined. */
  lastFillTime(): Timestamp | undefined;
  cycle(id: string): CycleRecord | undefined;
  openForecast(id: string): Forecast | undefined;
  approval(intentHash: string): JournalPayloads['approval'] | undefined;
  limits(): JournalPayloads['limits'] | undefined;
}

/** The one writer of an account: a queue, and a retry when another process wrote first. */
export interface AccountBook {
  /** Throws `not_found` when the account was never opened. */
  read(account?: string): Promise<Account>;
  ledger(account?: string): Promise<Ledger>;
  /** Idempotent: an account that exists is returned as it is. */
  open(account: string, opening: JournalPayloads['account-opened']): Promise<Account>;
  /**
   * Appends what `build` makes of the newest state, or nothing when it makes nothing. `build` runs again after a
   * conflict, so it must have no effects of its own.
   */
  append(
    account: string,
    build: (account: Account, ledger: Ledger) => JournalEntry[] | Promise<JournalEntry[]>,
  ): Promise<{ account: Account; records: JournalRecord[] }>;
}

/** All that a use case needs; doors hold one and know nothing behind it. */
export interface Desk {
  clock: Clock;
  ids: Ids;
  journal: Journal;
  book: AccountBook;
  broker: Broker;
  accountId: string;
  policy(): Promise<Policy>;
  /** Reads the market for a symbol, and for all that the account holds or has on order. Throws `unknown_symbol`. */
  market(question: {
    symbol: string;
    interval?: Interval;
    asOf?: Timestamp;
    account: Account;
    signal?: AbortSignal;
  }): Promise<MarketRead>;
  deliberate: Deliberate;
  decisions: DecisionStore;
  forecasts: ForecastStore;
  bus: Bus;
  version: string;
}
