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

/**
 * Brings recent news and releases of a symbol into the store, at most every ten minutes, real ones for a real market
 * and simulated ones for a simulated one. Sources that fail are named in the notices and left alone for as long.
 */
export function createFactRefresher({ news, calendars, stores, clock }: FactRefresherOptions) {
  const done = new Map<string, { at: Timestamp; work: Promise<string[]> }>();

  function once(key: string, work: () => Promise<string[]>): Promise<string[]> {
    const earlier = done.get(key);
    if (earlier && clock.now() - earlier.at < FRESH_MS) return earlier.work;
    const started = work();
    done.set(key, { at: clock.now(), work: started });
    return started;
  }

  async function attempt(name: string, work: () => Promise<void>): Promise<string[]> {
    try {
      await work();
      return [];
    } catch (failure) {
      return [`${name} gave nothing: ${failure instanceof Error ? failure.message : failure}`];
    }
  }

  async function refreshAll(symbol: string, simulated: boolean): Promise<string[]> {
    const now = clock.now();
    const offered = <P extends { simulated: boolean; unavailable?: string }>(providers: readonly P[]) =>
      providers.filter((each) => each.simulated === simulated && !each.unavailable);
    const notices = await Promise.all([
      ...offered(news).map((each) =>
        once(`news ${each.name} ${symbol}`, () =>
          attempt(`News from ${each.name}`, async () => {
            await stores.news.write(await each.latest({ symbols: [symbol], from: now - factWindow.newsBack, to: now }));
          }),
        ),
      ),
      ...offered(calendars).map((each) =>
        once(`calendar ${each.name}`, () =>
          attempt(`The calendar ${each.name}`, async () => {
            await stores.calendar.write(
              await each.events({ from: now - factWindow.eventsBack, to: now + factWindow.eventsAhead }),
            );
          }),
        ),
      ),
    ]);
    return notices.flat();
  }

  return async (symbol: string, simulated: boolean): Promise<string[]> => {
    const giveUp = new AbortController();
    const late = clock.sleep(PATIENCE_MS, giveUp.signal).then(
      () => ['News is still being fetched; the next analysis will have it.'],
      () => [],
    );
    const notices = await Promise.race([refreshAll(symbol, simulated), late]);
    giveUp.abort();
    return notices;
  };
}
