import { z } from 'zod';
import type { Bar } from '../../domain/bar.ts';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { barClose, type Interval, type Timestamp } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Http } from '../../ports/http.ts';
import type { MarketDataProvider } from '../../ports/market-data.ts';
import type { Random } from '../../ports/random.ts';
import type { OpenSocket } from '../../ports/socket.ts';

/** What a vendor's adapter is made of. */
export interface VendorDeps {
  clock: Clock;
  http: Http;
  /** For vendors' feeds, and for the pauses between their tries. */
  openSocket: OpenSocket;
  random: Random;
  /** For vendors' own SDKs. */
  fetch: typeof fetch;
  /** Keys and addresses under their environment names, e.g. ALPACA_API_KEY, YAHOO_BASE_URL. */
  settings: Record<string, string | undefined>;
}

export type Vendor = (deps: VendorDeps) => MarketDataProvider;

/** The vendor's address without a slash at its end: `<VENDOR>_BASE_URL` or its own. */
export const baseUrl = (settings: VendorDeps['settings'], name: string, own: string) =>
  (settings[`${name}_BASE_URL`] || own).replace(/\/+$/, '');

/** The address of a vendor's feed: on the host of `<VENDOR>_BASE_URL` where that is set, else its own. */
export function streamUrl(settings: VendorDeps['settings'], name: string, own: string): string {
  const base = settings[`${name}_BASE_URL`];
  return base ? base.replace(/^http/, 'ws').replace(/\/+$/, '') + new URL(own).pathname : own;
}

/** The vendor's name for an instrument. Throws `not_found` where it has none. */
export function vendorCode(instrument: Instrument, vendor: string): string {
  const code = instrument.vendorCodes[vendor];
  if (code === undefined) throw new AppError('not_found', `${vendor} has no ${instrument.symbol}.`);
  return code;
}

/** A number that a vendor writes as text. An empty text is no number, least of all 0. */
export const decimalText = z.string().regex(/\d/, 'is not a number').transform(Number).pipe(z.number());

/** The same for vendors whose names follow a rule; undefined where the vendor has none. Throws `not_found` then. */
export function derivedCode(
  instrument: Instrument,
  vendor: string,
  rule: (instrument: Instrument) => string | undefined,
): string {
  const code = instrument.vendorCodes[vendor] ?? rule(instrument);
  if (code === undefined) throw new AppError('not_found', `${vendor} has no ${instrument.symbol}.`);
  return code;
}

/** For rules: of an exchange of the United States, which many vendors' plain names mean. */
export const isAmerican = ({ calendar }: Instrument) => calendar === 'us-equity';

type Prices = Pick<Bar, 'open' | 'high' | 'low' | 'close' | 'volume'>;

/** A bar as received now; one that was complete long before counts as backfilled. */
export function receivedBar(interval: Interval, openTime: Timestamp, prices: Prices, now: Timestamp): Bar {
  const closeTime = barClose(interval, openTime);
  const late = now - closeTime > 2 * (closeTime - openTime);
  return { openTime, closeTime, ...prices, receiveTime: now, ...(late ? { backfilled: true } : {}) };
}

/** A quote around a last price where a vendor shows no bid and ask; the source says so. */
export function quoteAround(instrument: Instrument, price: number, at: Timestamp, now: Timestamp, source: string) {
  const half = instrument.typicalSpread / 2;
  const round = (value: number) => Number(value.toPrecision(12));
  return {
    symbol: instrument.symbol,
    bid: round(Math.max(price - half, price / 2)),
    ask: round(price + half),
    eventTime: at,
    receiveTime: now,
    source: `${source} (last price ± half the usual spread)`,
  };
}
