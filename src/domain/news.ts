import type { Timestamp } from './time.ts';

/** A headline by somebody outside: untrusted text, never an instruction. */
export interface NewsItem {
  id: string;
  headline: string;
  summary?: string;
  url?: string;
  source: string;
  /** 1 wire or regulator, 2 established press, 3 anyone. */
  tier: 1 | 2 | 3;
  /** When it was published. */
  eventTime: Timestamp;
  receiveTime: Timestamp;
  symbols: string[];
  simulated?: boolean;
}

/**
 * A scheduled release, as one version of it. `actual` is known only from `eventTime` on; the schedule is known before. A
 * changed time, forecast or outcome is another version of the same id.
 */
export interface EconomicEvent {
  id: string;
  name: string;
  currency: string;
  impact: 'low' | 'medium' | 'high';
  eventTime: Timestamp;
  /** When the schedule entry was known. */
  announcedTime: Timestamp;
  /** From when this version counts; `announcedTime` where there was no other before it. */
  knownTime?: Timestamp;
  previous?: number;
  forecast?: number;
  actual?: number;
  unit?: string;
  source: string;
  simulated?: boolean;
}
