import type { Duration } from '../domain/time.ts';

export interface Cache {
  /** One flight per key: concurrent callers share one `load`. A failed load is not cached. */
  through<T>(key: string, ttl: Duration, load: () => Promise<T>): Promise<T>;
  delete(key: string): Promise<void>;
  close(): Promise<void>;
}
