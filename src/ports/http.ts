import type { z } from 'zod';

export interface HttpRequest<T> {
  url: string;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  /** Parses the body; a body of another shape is AppError `unavailable` that names the vendor's field. */
  schema: z.ZodType<T>;
  /** Statuses beside 2xx whose body is an answer too: some vendors tell only there what was wrong. */
  readStatuses?: readonly number[];
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** Outgoing HTTP with retry, backoff, Retry-After and body caps. Never follows to another host. */
export interface Http {
  getJson<T>(request: HttpRequest<T>): Promise<T>;
  getText(request: Omit<HttpRequest<never>, 'schema'>): Promise<string>;
}
