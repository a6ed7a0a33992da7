import type { Quote } from '../../domain/quote.ts';
import { SECOND } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';

const PACE = 2 * SECOND;
/** After failures the pace slows to this, so that a vendor that is down is not hammered. */
const SLOWEST = 60 * SECOND;

/**
 * Asks for quotes of symbols that no vendor streams, one loop a symbol. A failure is told once an outage; the loop goes
 * on at a slower pace.
 */
export function createPolling(given: {
  clock: Clock;
  quote: (symbol: string) => Promise<Quote>;
  onQuote: (quote: Quote) => void;
  onOutage: (symbol: string, failure: unknown) => void;
}) {
  const { clock, quote, onQuote, onOutage } = given;
  const loops = new Map<string, AbortController>();

  async function run(symbol: string, signal: AbortSignal) {
    let pace = PACE;
    while (!signal.aborted) {
      try {
        const answer = await quote(symbol);
        if (signal.aborted) return;
        pace = PACE;
        onQuote(answer);
      } catch (failure) {
        if (pace === PACE) onOutage(symbol, failure);
        pace = Math.min(SLOWEST, pace * 2);
      }
      await clock.sleep(pace, signal).catch(() => undefined);
    }
  }

  function stop(symbol: string) {
    loops.get(symbol)?.abort();
    loops.delete(symbol);
  }

  return {
    start(symbol: string) {
      if (loops.has(symbol)) return;
      const loop = new AbortController();
      loops.set(symbol, loop);
      void run(symbol, loop.signal);
    },
    stop,
    close() {
      for (const symbol of [...loops.keys()]) stop(symbol);
    },
  };
}
