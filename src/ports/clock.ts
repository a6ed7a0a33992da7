import type { Duration, Timestamp } from '../domain/time.ts';

export interface Clock {
  now(): Timestamp;
  /** Resolves after `duration`, rejects with the signal's reason when aborted. A fake clock resolves on `advance`. */
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>;
}
