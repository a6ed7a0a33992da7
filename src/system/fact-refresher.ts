import { factWindow } from '../backtest/fact-window.ts';
import { MINUTE, SECOND, type Timestamp } from '../domain/time.ts';
import type { CalendarProvider } from '../ports/calendar.ts';
import type { Clock } from '../ports/clock.ts';
import type { NewsProvider } from '../ports/news.ts';
import type { Stores } from '../ports/store.ts';

export interface FactRefresherOptions {
  news: readonly NewsProvider[];
  calendars: readonly CalendarProvider[];
  stores: Pick<Stores, 'news' | 'calendar'>;
  clock: Clock;
}

const FRESH_MS = 10 * MINUTE;
/** An analysis waits this long for news; what comes later is in the store for the next one. */
const PATIENCE_MS = 1.5 * SECOND;
/** With the prices before them, facts keep an analysis waiting no longer than this in all. */
const WHOLE_WAIT_MS = 2.9 * SECOND;

/**
 * Brings recent news and releases of a symbol into the store, at most every ten minutes, real ones for a real market
 * and simulated ones for a simulated one. Sources that fail are named in the notices and left alone for as long.
 */
export function createFactRefresher({ news, calendars, stores, clock }: FactRefresherOptions) {
  const failures = new Map<string, string>();
  const done = new Map<string, { at: Timestamp; work: Promise<string[]> }>();

  function once(key: string, work: () => Promise<string[]>): Promise<string[]> {
    const earlier = done.get(key);
    if (earlier && clock.now() - earlier.at < FRESH_MS) return earlier.work;
    const started = work();
    done.set(key, { at: clock.now(), work: started });
    return started;
  }

  async function attempt(key: string, name: string, work: () => Promise<void>): Promise<string[]> {
    try {
      await work();
      failures.delete(key);
      return [];
    } catch (failure) {
      const why = failure instanceof Error ? failure.message : String(failure);
      failures.set(key, why);
      return [`${name} gave nothing: ${why}`];
    }
  }

  async function refreshAll(symbol: string, simulated: boolean): Promise<string[]> {
    const now = clock.now();
    const offered = <P extends { simulated: boolean; unavailable?: string }>(providers: readonly P[]) =>
      providers.filter((each) => each.simulated === simulated && !each.unavailable);
    const notices = await Promise.all([
      ...offered(news).map((each) =>
        once(`news ${each.name} ${symbol}`, () =>
          attempt(`news ${each.name}`, `News from ${each.name}`, async () => {
            await stores.news.write(await each.latest({ symbols: [symbol], from: now - factWindow.newsBack, to: now }));
          }),
        ),
      ),
      ...offered(calendars).map((each) =>
        once(`calendar ${each.name}`, () =>
          attempt(`calendar ${each.name}`, `The calendar ${each.name}`, async () => {
            await stores.calendar.write(
              await each.events({ from: now - factWindow.eventsBack, to: now + factWindow.eventsAhead }),
            );
          }),
        ),
      ),
    ]);
    return notices.flat();
  }

  /** `since`: when the asker began to wait. */
  async function refresh(symbol: string, simulated: boolean, since = clock.now()): Promise<string[]> {
    const giveUp = new AbortController();
    // Simulated facts are made here, in a moment; only the world may keep us waiting.
    const left = simulated ? PATIENCE_MS : since + WHOLE_WAIT_MS - clock.now();
    const patience = Math.max(0, Math.min(PATIENCE_MS, left));
    const late = clock.sleep(patience, giveUp.signal).then(
      () => ['News is still being fetched; the next analysis will have it.'],
      () => [],
    );
    const notices = await Promise.race([refreshAll(symbol, simulated), late]);
    giveUp.abort();
    return notices;
  }
  return { refresh, failures: failures as ReadonlyMap<string, string> };
}
