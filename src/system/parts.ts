import type { Account } from '../domain/account.ts';
import type { CalendarProvider } from '../ports/calendar.ts';
import type { MacroData, MarketData } from '../ports/market-data.ts';
import type { NewsProvider } from '../ports/news.ts';

/** What the doctor looks at. */
export interface SystemParts {
  database: { kind: 'embedded' | 'postgres'; health: () => Promise<{ latencyMs: number }> };
  dataDir: string;
  journalText: string;
  cacheText: () => string;
  /** Redis was asked for but does not answer. */
  cacheDegraded: () => boolean;
  /** Empty where this process runs no schedules. */
  scheduleText: string;
  /** Why cycles are off although they were switched on. */
  scheduleFault: string | undefined;
  account: () => Promise<Account>;
  marketData: MarketData;
  macro: Pick<MacroData, 'providers'>;
  news: readonly NewsProvider[];
  /** Why a source of news or releases gave nothing when it was asked last, by its name. */
  factFailures: ReadonlyMap<string, string>;
  calendars: readonly CalendarProvider[];
  models: readonly { name: string; model: string; unavailable?: string }[];
}
