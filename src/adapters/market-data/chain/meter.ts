import { AppError } from '../../../domain/errors.ts';
import { DAY, type Duration, MINUTE, SECOND, type Timestamp, toIso } from '../../../domain/time.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { VendorBudget, VendorStatus } from '../../../ports/market-data.ts';

/** What a vendor's plan allows, counted on the way out, retries included. */
export interface Meter {
  /** Until when no call may go out; undefined while one may. */
  emptyUntil(): Timestamp | undefined;
  /** Counts one call. Throws `rate_limited` where the budget is used up: nothing was sent. */
  take(url?: URL): void;
  status(): VendorStatus['budget'];
}

/** What conclave.yaml says of a vendor's plan. */
export interface PlanSettings {
  calls?: number;
  perSeconds?: number;
  perDay?: number;
}

/**
 * A token bucket that holds `calls` and fills evenly over `perMs`, and beside it a count per UTC day where the vendor
 * has such a limit. Without a budget everything may go out.
 */
export function createMeter(
  name: string,
  clock: Pick<Clock, 'now'>,
  own?: VendorBudget,
  plan: PlanSettings = {},
): Meter {
  const calls = plan.calls ?? own?.calls;
  const perMs = plan.perSeconds === undefined ? (own?.perMs ?? MINUTE) : plan.perSeconds * SECOND;
  const day = plan.perDay ?? own?.day;
  let tokens = calls ?? 0;
  let filledAt = clock.now();
  let today = 0;
  let usedToday = 0;

  const refill = (now: Timestamp) => {
    if (calls !== undefined) tokens = Math.min(calls, tokens + ((now - filledAt) * calls) / perMs);
    filledAt = now;
    const date = Math.floor(now / DAY);
    if (date !== today) {
      today = date;
      usedToday = 0;
    }
  };
  const emptyUntil = (): Timestamp | undefined => {
    const now = clock.now();
    refill(now);
    if (day !== undefined && usedToday >= day) return (today + 1) * DAY;
    // A hair below one is one: refills are fractions.
    if (calls === undefined || tokens >= 1 - 1e-9) return undefined;
    return now + Math.ceil(((1 - tokens) * perMs) / calls);
  };
  return {
    emptyUntil,
    take(url) {
      const weight = url && own?.weight ? own.weight(url) : 1;
      if (calls !== undefined && weight > calls) throw tooHeavy(name, weight, calls);
      const until = emptyUntil();
      if (until !== undefined) throw usedUp(name, until, until - clock.now());
      // The last one of the bucket may be heavier than what is left: the debt is waited for afterwards.
      tokens -= weight;
      usedToday += 1;
    },
    status() {
      if (calls === undefined && day === undefined) return undefined;
      refill(clock.now());
      const dayLeft = day === undefined ? {} : { dayLeft: Math.max(0, day - usedToday) };
      return {
        left: calls === undefined ? Math.max(0, day! - usedToday) : Math.max(0, Math.floor(tokens + 1e-9)),
        of: calls ?? day!,
        perMs: calls === undefined ? DAY : perMs,
        ...dayLeft,
      };
    },
  };
}

export const usedUp = (name: string, until: Timestamp, wait: Duration) =>
  new AppError('rate_limited', `${name}: its calls are used up until ${toIso(until)}.`, {
    hint: `Wait, name another vendor in chains, or say under vendors.${name} in conclave.yaml what your plan allows.`,
    // `own`: the vendor was not asked, so nothing is known against it.
    details: { retryAfterMs: wait, own: true },
  });

const tooHeavy = (name: string, weight: number, calls: number) =>
  new AppError('unavailable', `${name}: this counts for ${weight} calls and the plan has ${calls}.`, {
    hint: `Use another vendor for this, or say under vendors.${name} in conclave.yaml what your plan allows.`,
    details: { plan: true },
  });

/** A way out that counts. */
export const meteredFetch =
  (meter: () => Meter | undefined, go: typeof fetch): typeof fetch =>
  async (input, init) => {
    meter()?.take(addressOf(input));
    return go(input, init);
  };

const addressOf = (input: Parameters<typeof fetch>[0]) => new URL(input instanceof Request ? input.url : input);
