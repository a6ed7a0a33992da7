import type { Account } from '../domain/account.ts';
import type { BarSeries } from '../domain/bar.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { EconomicEvent, NewsItem } from '../domain/news.ts';
import type { Fill, Order } from '../domain/order.ts';
import type { Quality } from '../domain/quality.ts';
import type { DecisionRecord, Evidence } from '../domain/record.ts';
import type { AnalystName, Signal } from '../domain/signal.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Policy } from '../engine/desk.ts';
import type { SessionCalendar } from '../ports/calendar.ts';
import type { Costs } from './costs.ts';

/** A judge is pure; the judges come from outside because the core does not know the agents. */
export type Judges = Record<AnalystName, (evidence: Evidence) => Signal>;

export interface BacktestRequest {
  /** `consensus`, or the name of a rule-based strategy. */
  strategy: string;
  parameters?: Record<string, number>;
  instrument: Instrument;
  /** Everything there is, warm-up before `from` included; only the past of each bar is ever shown. */
  series: BarSeries;
  /** Bars that open at or after this are traded. */
  from?: Timestamp;
  /** Bars that close at or before this are traded. */
  to?: Timestamp;
  source: string;
  simulated: boolean;
  quality?: Quality;
  policy: Policy;
  /** Needed by `consensus`. */
  judges?: Judges;
  /** Prior weights when absent. */
  weights?: Record<AnalystName, number>;
  /** Series of the same interval for correlations. */
  others?: Record<string, BarSeries>;
  news?: readonly NewsItem[];
  events?: readonly EconomicEvent[];
  /** Always open when absent. */
  sessions?: Pick<SessionCalendar, 'isOpen' | 'nextOpen'>;
  /** Quote currency to the account's at a time; needed only where neither side of the pair is the account's currency. */
  rate?: (at: Timestamp) => number;
  costs?: Partial<Costs>;
  /** Decimal text. */
  initialCash?: string;
  currency?: string;
  account?: string;
  /** Repeat the run on histories that were cut short; false skips it. */
  lookAhead?: boolean;
  /** Watches a run: for parity tests and tear sheets. Records are made only for who looks. */
  observe?: Observer;
  /** How the decisions are called, in order from 1. */
  decisionId?: (number: number) => string;
  /** What client order ids are made from: on the desk the cycle's id; the decision's id when absent. */
  orderKey?: (asOf: Timestamp) => string;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

export interface Observer {
  decision?: (record: DecisionRecord) => void;
  order?: (order: Order) => void;
  fill?: (fill: Fill) => void;
  end?: (account: Account) => void;
}

export interface Progress {
  bars: number;
  of: number;
}
