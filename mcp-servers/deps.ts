import type { Interval, Timestamp } from '../src/domain/time.ts';
import type { Situation } from '../src/evidence/situation.ts';
import type { SessionCalendar } from '../src/ports/calendar.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { MarketData } from '../src/ports/market-data.ts';
import type { Stores } from '../src/ports/store.ts';

/** A question about one instrument. Without asOf it is about now, or the newest bar's close where that is stale. */
export interface SituationQuestion {
  symbol: string;
  interval?: Interval;
  asOf?: Timestamp;
  /** Bound on when the desk learned the facts; none when absent. */
  knownAt?: Timestamp;
  signal?: AbortSignal;
}

/** What the tools stand on. Each tool names the few it uses; `system.ts` gives them all. */
export interface ToolDeps {
  clock: Pick<Clock, 'now'>;
  marketData: MarketData;
  sessions: SessionCalendar;
  stores: Pick<Stores, 'bars' | 'news' | 'calendar' | 'decisions' | 'forecasts'>;
  /** What was known of an instrument, from which evidence is cut. Throws `unknown_symbol`, `not_enough_history`. */
  situation(question: SituationQuestion): Promise<Situation>;
}
