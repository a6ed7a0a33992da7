import type { AppError } from '../domain/errors.ts';

/** Who asks, once it is known. */
export interface Principal {
  userId: string;
  label: string;
  scopes: readonly string[];
  /** Hash of the session, for signing out; absent for this machine's own token. */
  tokenHash?: string;
  expiresAt?: number;
  /** A cookie travels by itself, so its writes need proof that our own page sent them. */
  by: 'cookie' | 'bearer';
}

/** What Hono carries through a request. */
export interface ApiEnv {
  Variables: { requestId: string; principal: Principal | undefined; refusal: AppError | undefined };
}
