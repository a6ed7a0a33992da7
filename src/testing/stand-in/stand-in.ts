import type { Timestamp } from '../../domain/time.ts';
import type { VendorAnswer } from '../vendor-server.ts';
import type { StandInMarket } from './market.ts';

export interface StandInRequest {
  /** Without the vendor's name in front. */
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
}

/** What stands in for one vendor: its paths, its answers' shape, its refusals. */
export interface StandIn {
  name: string;
  /** Keys that it takes, under their environment names. */
  keys: Record<string, string>;
  /** Whether the key came where this vendor wants it. */
  mayAsk(request: StandInRequest): boolean;
  /** Its answers to a wrong key and to too many calls. */
  refusal: VendorAnswer;
  limit: VendorAnswer;
  /** Undefined for what it does not know. */
  answer(request: StandInRequest, world: StandInWorld): VendorAnswer | undefined;
  /** Its answer where `answer` has none, 404 by default. */
  unknown?: VendorAnswer;
}

export interface StandInWorld {
  now: Timestamp;
  /** By a vendor's code in any of the usual spellings: C:EURUSD, EUR/USD, EUR_USD, EURUSD=X. */
  market(code: string | undefined): StandInMarket | undefined;
}

/** What every key here is. */
export const KEY = 'stand-in';
