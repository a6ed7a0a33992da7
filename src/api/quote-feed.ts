import type { Quote } from '../domain/quote.ts';
import { SECOND } from '../domain/time.ts';
import type { ApiDeps } from './deps.ts';

const PACE = 2 * SECOND;
/** After failures the pace slows to this, so that a vendor that is down is not hammered. */
const SLOWEST = 60 * SECOND;

/**
 * Polls quotes of the symbols that someone follows, one loop per symbol however many follow, and publishes them on the
 * bus. A failure is told to `onFailure` once per outage; the loop goes on at a slower pace.
 */
export function createQuoteFeed({
  marketData,
  clock,
  bus,
  log,
}: Pick<ApiDeps, 'marketData' | 'clock' | 'bus' | 'log'>) {
  const loops = new Map<string, { followers: number; stop: AbortController }>();

  async function run(symbol: string, signal: AbortSignal) {
    let pace = PACE;
    while (!signal.aborted) {
      try {
        const quote: Quote = await marketData.quote(symbol);
        bus.publish('quote', quote);
        pace = PACE;
      } catch (failure) {
        if (pace === PACE) log?.error({ symbol, err: failure }, 'No quote; trying again more slowly');
        pace = Math.min(SLOWEST, pace * 2);
      }
      await clock.sleep(pace, signal).catch(() => undefined);
    }
  }

  return {
    /** Follows until the returned function is called. */
    follow(symbol: string): () => void {
      const known = loops.get(symbol) ?? { followers: 0, stop: new AbortController() };
      known.followers += 1;
      if (!loops.has(symbol)) {
        loops.set(symbol, known);
        void run(symbol, known.stop.signal);
      }
      let following = true;
      return () => {
        if (!following) return;
        following = false;
        known.followers -= 1;
        if (known.followers > 0) return;
        known.stop.abort();
        loops.delete(symbol);
      };
    },
    following: () => [...loops.keys()],
    close() {
      for (const { stop } of loops.values()) stop.abort();
      loops.clear();
    },
  };
}
export type QuoteFeed = ReturnType<typeof createQuoteFeed>;
