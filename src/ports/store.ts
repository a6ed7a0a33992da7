import type { Bar } from '../domain/bar.ts';
import type { CorporateAction } from '../domain/corporate-action.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { MacroObservation, MacroSeries } from '../domain/macro.ts';
import type { EconomicEvent, NewsItem } from '../domain/news.ts';
import type { Defect, RejectedBar, Settlement } from '../domain/quality.ts';
import type { Quote } from '../domain/quote.ts';
import type { CycleRecord, DecisionRecord } from '../domain/record.ts';
import type { Forecast, SettledForecast } from '../domain/signal.ts';
import type { Interval, Timestamp } from '../domain/time.ts';

/** Bars of one source. Simulated bars are never mixed with real ones: every read names or learns its source. */
export interface BarStore {
  /** Idempotent by (symbol, interval, source, openTime): a second write of the same bar changes nothing; a different value becomes a newer version. */
  write(batch: {
    symbol: string;
    interval: Interval;
    source: string;
    simulated: boolean;
    bars: readonly Bar[];
  }): Promise<{ written: number }>;
  /** The last `limit` bars with closeTime <= asOf (and receiveTime <= knownAt), oldest first. Empty means none exists. */
  read(query: BarQuery): Promise<Bar[]>;
  /** What is stored, one entry per (symbol, interval, source). */
  coverage(symbol?: string): Promise<BarCoverage[]>;
  quarantine(symbol: string, interval: Interval, source: string, defects: readonly Defect[]): Promise<void>;
  /** Newest first; with `id` only that one. */
  quarantined(symbol: string, limit: number, id?: string): Promise<RejectedBar[]>;
  /** Keeps what a person made of a defect. Its bar is written with `write`; the raw values stay. */
  settle(symbol: string, id: string, settlement: Settlement): Promise<void>;
  /** Bars of a source that a person accepted as they came: checks that compare a bar with others pass over them. */
  overruled(symbol: string, source: string): Promise<{ interval: Interval; openTime: Timestamp }[]>;
}
export interface BarQuery {
  symbol: string;
  interval: Interval;
  source: string;
  asOf: Timestamp;
  knownAt?: Timestamp;
  from?: Timestamp;
  limit: number;
}
export interface BarCoverage {
  symbol: string;
  interval: Interval;
  source: string;
  simulated: boolean;
  bars: number;
  from: Timestamp;
  to: Timestamp;
}

/** Instruments that vendors' listings or a person added to the seeded ones. */
export interface InstrumentStore {
  /** Idempotent by symbol; the newest terms count. */
  save(instrument: Instrument, source: string): Promise<void>;
  list(): Promise<Instrument[]>;
}

/** Which ranges of history a vendor was asked for and gave in full: what lies in them is not asked for again. */
export interface FetchedRangeStore {
  /** Ranges that touch are joined. */
  add(range: FetchedRange): Promise<void>;
  /** Sorted by `from`, disjoint. */
  list(of: Omit<FetchedRange, 'from' | 'to'>): Promise<{ from: Timestamp; to: Timestamp }[]>;
}
export interface FetchedRange {
  symbol: string;
  interval: Interval;
  source: string;
  from: Timestamp;
  to: Timestamp;
}

/** Append-only: a corrected action is another version with a later receiveTime. */
export interface CorporateActionStore {
  /** Idempotent by id and terms. */
  write(actions: readonly CorporateAction[]): Promise<void>;
  /** With eventTime <= asOf (and receiveTime <= knownAt), the newest version of each; earliest effectiveTime first. */
  read(query: {
    symbol: string;
    asOf: Timestamp;
    knownAt?: Timestamp;
    from?: Timestamp;
    to?: Timestamp;
    kinds?: readonly CorporateAction['kind'][];
  }): Promise<CorporateAction[]>;
}

/** Append-only by series, period and release. */
export interface MacroStore {
  /** Also notes that the series was fetched now. */
  saveSeries(series: MacroSeries): Promise<void>;
  series(): Promise<MacroSeries[]>;
  /** One series, and when it was fetched last. */
  find(id: string): Promise<{ series: MacroSeries; fetchedAt: Timestamp } | undefined>;
  write(observations: readonly MacroObservation[]): Promise<void>;
  /** For each period in [from, to] the value that was current at asOf, oldest first, the last `limit` periods. */
  read(query: {
    series: string;
    asOf: Timestamp;
    knownAt?: Timestamp;
    from?: Timestamp;
    to?: Timestamp;
    limit: number;
  }): Promise<MacroObservation[]>;
}

export interface QuoteStore {
  /** Idempotent by (symbol, eventTime, source). */
  write(quote: Quote): Promise<void>;
  /** The same for many, of any symbols, in one statement. */
  writeMany(quotes: readonly Quote[]): Promise<void>;
  latest(symbol: string, asOf: Timestamp): Promise<Quote | undefined>;
}

export interface NewsStore {
  /** Idempotent by id. */
  write(items: readonly NewsItem[]): Promise<void>;
  read(query: {
    symbol?: string;
    asOf: Timestamp;
    from: Timestamp;
    limit: number;
    simulated?: boolean;
  }): Promise<NewsItem[]>;
}

/** Append-only: what changed of an event is another version, with when the market could know it and when this desk did. */
export interface CalendarStore {
  /**
   * Idempotent by id and terms. A value that is missing keeps what an earlier version said. What fills a blank counts
   * from the release at the latest; what replaces something counts from now.
   */
  write(events: readonly EconomicEvent[]): Promise<void>;
  /**
   * Events scheduled in [from, to] that were announced by asOf, earliest first, each in the version of then (received by
   * knownAt); `actual` is removed where eventTime > asOf.
   */
  read(query: CalendarQuery): Promise<EconomicEvent[]>;
  /** Every version known by asOf of every event that was ever scheduled in [from, to]: by id, oldest version first. */
  versions(query: CalendarQuery): Promise<(EconomicEvent & { knownTime: Timestamp })[]>;
}
export interface CalendarQuery {
  currencies?: string[];
  asOf: Timestamp;
  knownAt?: Timestamp;
  from: Timestamp;
  to: Timestamp;
}

/** Projections of the journal, for lists and look-ups. */
export interface DecisionStore {
  get(id: string): Promise<DecisionRecord | undefined>;
  list(query: { symbol?: string; limit: number; before?: Timestamp }): Promise<DecisionRecord[]>;
  cycles(limit: number): Promise<CycleRecord[]>;
  /** The cycle of a slot and set of symbols, if it already ran. */
  cycleOf(slot: Timestamp): Promise<CycleRecord | undefined>;
}

export interface ForecastStore {
  /** Unscored ones whose horizon ended in [since, asOf], longest overdue first. */
  due(asOf: Timestamp, limit: number, since?: Timestamp): Promise<Forecast[]>;
  /** Newest first; with asOf only what was settled by then, with simulated only what was made on that kind of prices. */
  settled(query: {
    analyst?: string;
    limit: number;
    asOf?: Timestamp;
    simulated?: boolean;
  }): Promise<SettledForecast[]>;
  open(limit: number): Promise<Forecast[]>;
}

/** Small named values that a person set: universe, schedules, limits, interface choices. */
export interface SettingStore {
  get<T>(name: string): Promise<T | undefined>;
  set(name: string, value: unknown, by: string): Promise<void>;
}

export interface User {
  id: string;
  name: string;
  role: 'owner' | 'trader' | 'viewer';
  /** scrypt text form; absent until the first password is set. */
  passwordHash?: string;
  createdAt: Timestamp;
}
export interface Session {
  /** sha256 of the token; the token itself is never stored. */
  tokenHash: string;
  userId: string;
  scopes: string[];
  createdAt: Timestamp;
  expiresAt: Timestamp;
  label: string;
}
export interface UserStore {
  byId(id: string): Promise<User | undefined>;
  byName(name: string): Promise<User | undefined>;
  save(user: User): Promise<void>;
  list(): Promise<User[]>;
  saveSession(session: Session): Promise<void>;
  session(tokenHash: string): Promise<Session | undefined>;
  endSession(tokenHash: string): Promise<void>;
}

/** Leave for one process at a time to do something for all replicas, e.g. to hold a vendor's connection. */
export interface LeaseStore {
  /**
   * Takes a lease that is free or has run out, or renews one's own, for `duration` milliseconds by the store's clock.
   * Undefined while another holds it. The token rises whenever the lease changes hands or had run out: of two who
   * believe that they hold it, the one with the lower token is wrong.
   */
  acquire(name: string, holder: string, duration: number): Promise<{ token: number } | undefined>;
  /** Lets it go before its time; nothing happens where another holds it. */
  release(name: string, holder: string): Promise<void>;
}

export interface Stores {
  bars: BarStore;
  quotes: QuoteStore;
  fetched: FetchedRangeStore;
  instruments: InstrumentStore;
  corporateActions: CorporateActionStore;
  macro: MacroStore;
  news: NewsStore;
  calendar: CalendarStore;
  decisions: DecisionStore;
  forecasts: ForecastStore;
  settings: SettingStore;
  users: UserStore;
  leases: LeaseStore;
}
