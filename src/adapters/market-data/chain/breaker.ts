import { AppError } from '../../../domain/errors.ts';
import { type Duration, MINUTE, type Timestamp } from '../../../domain/time.ts';
import type { VendorStatus } from '../../../ports/market-data.ts';

/** What is remembered of one vendor, so that a dead one costs its callers nothing for a while. */
export interface Breaker {
  /** Whether a call may go out at `now`; half-open lets one through. */
  allows(now: Timestamp): boolean;
  succeeded(now: Timestamp, latencyMs: number): void;
  failed(now: Timestamp, failure: unknown): void;
  /** Answered a question beside prices with an error: worth telling, and no reason to ask for no more prices. */
  erred(now: Timestamp, failure: unknown): void;
  /** Shut without a call: the whole network is down. */
  rest(now: Timestamp, until: Timestamp): void;
  lastSuccess(): Timestamp | undefined;
  status(now: Timestamp): Pick<VendorStatus, 'lastSuccess' | 'lastFailure' | 'latencyMs' | 'breaker'>;
}

/** After a failure that opens it. */
export const FIRST_REST = 3 * MINUTE;
const LONGEST_REST = 15 * MINUTE;
/** A server that answers with errors gets this many tries, one that does not answer gets one. */
const PATIENCE = 3;

export function createBreaker(): Breaker {
  let openUntil: Timestamp | undefined;
  let rests = 0;
  let failures = 0;
  let lastSuccess: Timestamp | undefined;
  let lastFailure: VendorStatus['lastFailure'];
  let latencyMs: number | undefined;
  let probing = false;

  const open = (now: Timestamp, rest: Duration) => {
    openUntil = now + rest;
    probing = false;
  };
  return {
    allows(now) {
      if (openUntil === undefined) return true;
      if (now < openUntil || probing) return false;
      probing = true;
      return true;
    },
    succeeded(now, took) {
      openUntil = undefined;
      rests = 0;
      failures = 0;
      probing = false;
      lastSuccess = now;
      latencyMs = took;
    },
    failed(now, failure) {
      lastFailure = { at: now, message: messageOf(failure) };
      failures += 1;
      const asked = retryAfterOf(failure);
      if (asked !== undefined) open(now, Math.min(asked, LONGEST_REST));
      else if (isSilent(failure) || probing || failures >= PATIENCE) {
        open(now, Math.min(FIRST_REST * 2 ** rests, LONGEST_REST));
        rests += 1;
      }
      probing = false;
    },
    erred(now, failure) {
      lastFailure = { at: now, message: messageOf(failure) };
      probing = false;
    },
    rest(now, until) {
      if (openUntil === undefined || openUntil < until) open(now, until - now);
    },
    lastSuccess: () => lastSuccess,
    status: (now) => ({
      ...(lastSuccess === undefined ? {} : { lastSuccess }),
      ...(lastFailure === undefined ? {} : { lastFailure }),
      ...(latencyMs === undefined ? {} : { latencyMs }),
      breaker: openUntil === undefined ? 'closed' : now < openUntil ? 'open' : 'half-open',
    }),
  };
}

/** No answer at all, as against an answer that is an error. */
export const isSilent = (failure: unknown) =>
  failure instanceof AppError && (failure.code === 'timeout' || failure.details?.network === true);

/** The vendor works but lacks this instrument or range, or the plan does (details.plan). */
export const isMissing = (failure: unknown) =>
  failure instanceof AppError && (failure.code === 'not_found' || needsPlan(failure));

export const needsPlan = (failure: unknown) => failure instanceof AppError && failure.details?.plan === true;

export function retryAfterOf(failure: unknown): Duration | undefined {
  if (!(failure instanceof AppError) || failure.code !== 'rate_limited') return undefined;
  const asked = failure.details?.retryAfterMs;
  return typeof asked === 'number' ? asked : MINUTE;
}

/** Errors of our own are written for people; anything else could hold a secret. */
export const messageOf = (failure: unknown) =>
  failure instanceof AppError ? failure.message : 'It failed in a way that nobody foresaw.';
