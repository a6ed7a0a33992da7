import type { Cache } from '../../ports/cache.ts';
import type { Clock } from '../../ports/clock.ts';

/** Within this process. Values are handed out as they are, not copied: never write into them. */
export function memoryCache({ clock, maxEntries = 2_000 }: { clock: Pick<Clock, 'now'>; maxEntries?: number }): Cache {
  // A map remembers the order of insertion: the first key is the one that was used longest ago.
  const entries = new Map<string, { value: unknown; expiresAt: number }>();
  const flights = new Map<string, Promise<unknown>>();

  async function fly<T>(key: string, ttl: number, load: () => Promise<T>): Promise<T> {
    const value = await load();
    // Deleted meanwhile: what was loaded may be what the deletion was about.
    if (flights.get(key) === undefined) return value;
    entries.set(key, { value, expiresAt: clock.now() + ttl });
    if (entries.size > maxEntries) entries.delete(entries.keys().next().value!);
    return value;
  }

  return {
    async through<T>(key: string, ttl: number, load: () => Promise<T>) {
      const entry = entries.get(key);
      if (entry) {
        entries.delete(key);
        if (entry.expiresAt > clock.now()) {
          entries.set(key, entry);
          return entry.value as T;
        }
      }
      const inFlight = flights.get(key);
      if (inFlight) return inFlight as Promise<T>;
      const flight = fly(key, ttl, load).finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      });
      flights.set(key, flight);
      return flight;
    },
    async delete(key) {
      entries.delete(key);
      flights.delete(key);
    },
    async close() {
      entries.clear();
      flights.clear();
    },
  };
}
