import { AppError } from '../../../domain/errors.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import { type Duration, HOUR, MINUTE, SECOND, type Timestamp } from '../../../domain/time.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { MarketDataProvider, VendorStatus } from '../../../ports/market-data.ts';
import {
  type Breaker,
  createBreaker,
  FIRST_REST,
  isMissing,
  isSilent,
  messageOf,
  needsPlan,
  retryAfterOf,
} from './breaker.ts';
import { type Meter, usedUp } from './meter.ts';

/** All vendors together, until one has answered: a desk without a network must not keep anybody waiting. */
const FIRST_BUDGET = 2_800;
/** Once vendors are known to answer. */
const BUDGET = 12 * SECOND;
const LEAST_SLICE = 600;
const NETWORK_REST = 3 * MINUTE;
const MISSING_REST = HOUR;
/** A market without a price now may have one soon. */
const QUOTE_REST = MINUTE;

export interface VendorCall<T> {
  /** Whom it is about: a vendor that lacks it is not asked for it again for an hour. */
  instrument: Pick<Instrument, 'symbol'>;
  /** bars by default. What a vendor lacks of one purpose says nothing of another. */
  purpose?: string;
  /** Vendors that can serve this call, in order. */
  vendors: readonly MarketDataProvider[];
  call: (vendor: MarketDataProvider, signal: AbortSignal) => Promise<T>;
  /** Whether an answer is good enough to stop. */
  accept: (answer: T, vendor: MarketDataProvider) => boolean;
  signal?: AbortSignal;
  notices: string[];
}

/** Asks vendors in order, in time, and remembers who does not answer. */
export function createVendorDesk(options: {
  clock: Clock;
  vendors: readonly MarketDataProvider[];
  meters?: ReadonlyMap<string, Meter>;
  offline: boolean;
}) {
  const { clock, vendors, meters, offline } = options;
  const breakers = new Map<string, Breaker>(vendors.map((vendor) => [vendor.name, createBreaker()]));
  /** `vendor|symbol|purpose` of instruments that a vendor turned out not to have. */
  const missing = new Map<string, Timestamp>();
  /** `vendor|purpose` of questions beside prices that a vendor answers with errors. */
  const resting = new Map<string, Timestamp>();
  const breakerOf = (vendor: MarketDataProvider) => breakers.get(vendor.name)!;
  const answeredEver = () => [...breakers.values()].some((each) => each.lastSuccess() !== undefined);

  const offered = (vendor: MarketDataProvider) => !offline && vendor.unavailable === undefined;

  /** The first acceptable answer with its vendor, or undefined with a notice for each that failed. */
  async function ask<T>(request: VendorCall<T>): Promise<{ vendor: MarketDataProvider; answer: T } | undefined> {
    const { instrument, purpose = 'bars', call, accept, signal, notices } = request;
    const keyOf = (vendor: MarketDataProvider) => `${vendor.name}|${instrument.symbol}|${purpose}`;
    const start = clock.now();
    const budget = answeredEver() ? BUDGET : FIRST_BUDGET;
    const aside = purpose !== 'bars' && purpose !== 'quote';
    const able = request.vendors.filter(
      (vendor) =>
        offered(vendor) &&
        (missing.get(keyOf(vendor)) ?? 0) <= start &&
        (resting.get(`${vendor.name}|${purpose}`) ?? 0) <= start,
    );
    let attempts = 0;
    let silences = 0;
    for (const [i, vendor] of able.entries()) {
      const left = start + budget - clock.now();
      if (left < LEAST_SLICE / 2 || !breakerOf(vendor).allows(clock.now())) continue;
      const until = meters?.get(vendor.name)?.emptyUntil();
      if (until !== undefined) {
        notices.push(`${vendor.name} was passed over: ${usedUp(vendor.name, until, until - clock.now()).message}`);
        continue;
      }
      attempts += 1;
      const slice = Math.max(LEAST_SLICE, left / (able.length - i));
      const began = clock.now();
      try {
        const answer = await within(slice, signal, vendor.name, (bounded) => call(vendor, bounded));
        breakerOf(vendor).succeeded(clock.now(), clock.now() - began);
        if (accept(answer, vendor)) return { vendor, answer };
      } catch (failure) {
        if (signal?.aborted) throw new AppError('cancelled', 'The question was withdrawn.', { cause: failure });
        if (isOwnLimit(failure)) notices.push(`${vendor.name} was passed over: ${messageOf(failure)}`);
        else if (isMissing(failure)) {
          missing.set(keyOf(vendor), clock.now() + (purpose === 'quote' ? QUOTE_REST : MISSING_REST));
          breakerOf(vendor).succeeded(clock.now(), clock.now() - began);
          // Who pays more would have it: worth a word, once an hour.
          if (needsPlan(failure)) notices.push(`${vendor.name} was passed over: ${messageOf(failure)}`);
        } else {
          if (aside && !isSilent(failure) && retryAfterOf(failure) === undefined) {
            breakerOf(vendor).erred(clock.now(), failure);
            resting.set(`${vendor.name}|${purpose}`, clock.now() + FIRST_REST);
          } else breakerOf(vendor).failed(clock.now(), failure);
          notices.push(`${vendor.name} was passed over: ${messageOf(failure)}`);
          if (isSilent(failure)) silences += 1;
        }
      }
    }
    // Nobody answers and nobody ever did: that is the network, not the vendors. Only some tell splits and dividends, so
    // that one of them alone, which may be blocked, says nothing of the others.
    if (attempts > (purpose === 'actions' ? 1 : 0) && silences === attempts && !answeredEver()) {
      const now = clock.now();
      for (const vendor of vendors) if (!vendor.simulated) breakerOf(vendor).rest(now, now + NETWORK_REST);
    }
    return undefined;
  }

  async function within<T>(
    slice: Duration,
    signal: AbortSignal | undefined,
    name: string,
    call: (bounded: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const stop = new AbortController();
    const finished = new AbortController();
    const late = new AppError('timeout', `${name} did not answer within ${Math.round(slice)} ms.`);
    const outer = () => stop.abort(signal?.reason);
    signal?.addEventListener('abort', outer, { once: true });
    if (signal?.aborted) outer();
    const overdue = new Promise<never>((_, reject) => {
      stop.signal.addEventListener('abort', () => reject(stop.signal.reason), { once: true });
      if (stop.signal.aborted) reject(stop.signal.reason);
    });
    clock.sleep(slice, finished.signal).then(
      () => stop.abort(late),
      () => undefined,
    );
    try {
      // Also against a vendor's SDK that does not listen to the signal.
      return await Promise.race([call(stop.signal), overdue]);
    } finally {
      finished.abort();
      signal?.removeEventListener('abort', outer);
    }
  }

  function status(): VendorStatus[] {
    const now = clock.now();
    return vendors.map((vendor) => {
      const reason =
        vendor.unavailable ?? (offline && !vendor.simulated ? 'OFFLINE=1: no vendor is called.' : undefined);
      const budget = reason === undefined ? meters?.get(vendor.name)?.status() : undefined;
      return {
        name: vendor.name,
        offered: reason === undefined,
        ...(reason === undefined ? {} : { reason }),
        ...breakerOf(vendor).status(now),
        ...(budget ? { budget } : {}),
      };
    });
  }

  return { ask, offered, status };
}

/** Our own count stopped the call half way: nothing is known against the vendor. */
const isOwnLimit = (failure: unknown) => failure instanceof AppError && failure.details?.own === true;
