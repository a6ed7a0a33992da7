import { AppError } from '../../../domain/errors.ts';

/**
 * One flight per identical question, however many ask it. A caller who leaves does not stop the others; when the last
 * one has left, the flight is called off.
 */
export function createFlights() {
  const flying = new Map<string, { answer: Promise<unknown>; stop: AbortController; aboard: number }>();

  return async function share<T>(
    key: string,
    signal: AbortSignal | undefined,
    load: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (signal?.aborted) throw cancelled(signal);
    let flight = flying.get(key);
    if (!flight) {
      const stop = new AbortController();
      const answer = load(stop.signal).finally(() => {
        if (flying.get(key)?.stop === stop) flying.delete(key);
      });
      // Whoever is aboard hears of a failure; when all have left, nobody must.
      answer.catch(() => undefined);
      flight = { answer, stop, aboard: 0 };
      flying.set(key, flight);
    }
    const boarded = flight;
    boarded.aboard += 1;
    const leave = () => {
      boarded.aboard -= 1;
      if (boarded.aboard > 0) return;
      if (flying.get(key) === boarded) flying.delete(key);
      boarded.stop.abort();
    };
    if (!signal) return boarded.answer as Promise<T>;
    let onAbort = () => {};
    const left = new Promise<never>((_, reject) => {
      onAbort = () => {
        leave();
        reject(cancelled(signal));
      };
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return (await Promise.race([boarded.answer, left])) as T;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };
}

const cancelled = (signal: AbortSignal) =>
  signal.reason instanceof AppError
    ? signal.reason
    : new AppError('cancelled', 'The question was withdrawn.', { cause: signal.reason });
