import type { Timestamp } from '../domain/time.ts';

/** Durable work and schedules; any worker takes a job once, effects are made exactly-once by their own keys. */
export interface Jobs {
  /** Registers the worker of a queue. A thrown error is retried with backoff, then kept as failed. */
  work<T extends object>(queue: string, handler: (job: { id: string; payload: T }) => Promise<void>): Promise<void>;
  send(queue: string, payload: object, options?: { key?: string; startAfter?: Timestamp }): Promise<void>;
  /** Five-field cron with an IANA zone; sends an empty payload once per slot over all processes. */
  schedule(queue: string, cron: string, timeZone: string): Promise<void>;
  unschedule(queue: string): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}
