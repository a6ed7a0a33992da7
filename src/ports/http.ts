import type { z } from 'zod';

export interface HttpRequest<T> {
  url: string;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  /** Parses the body; a body of another shape is AppError `unavailable` that names the vendor's field. */
  schema: z.ZodType<T>;
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** Outgoing HTTP with retry, backoff, Retry-After and body caps. Never follows to another host. */
export interface Http {
  getJson<T>(request: HttpRequest<T>): Promise<T>;
  getText(request: Omit<HttpRequest<never>, 'schema'>): Promise<string>;
}
