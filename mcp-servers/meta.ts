import type { Quality } from '../src/domain/quality.ts';
import type { Quote } from '../src/domain/quote.ts';
import { type Timestamp, toIso } from '../src/domain/time.ts';
import type { Situation } from '../src/evidence/situation.ts';
import type { History } from '../src/ports/market-data.ts';
import type { Meta } from './tool.ts';

interface Dated {
  asOf: Timestamp;
  source: string;
  simulated?: boolean;
  quality?: Quality;
  stale?: boolean;
  notices?: readonly string[];
}

/** The frame of an answer: when its facts were true, whose they are, how old and how good. */
export function metaOf({ asOf, source, simulated, quality, stale, notices = [] }: Dated, now: Timestamp): Meta {
  return {
    asOf: toIso(asOf),
    source,
    freshness: { stale: stale ?? quality?.stale ?? false, ageSeconds: Math.max(0, Math.round((now - asOf) / 1000)) },
    quality: quality ? { score: quality.score, flags: quality.flags } : null,
    ...(simulated ? { simulated: true } : {}),
    ...(notices.length > 0 ? { notices } : {}),
  };
}

export const historyMeta = (history: History, now: Timestamp) => metaOf(history, now);

export const situationMeta = (situation: Situation, now: Timestamp) => metaOf(situation, now);

export const quoteMeta = (quote: Quote, now: Timestamp, stale: boolean) =>
  metaOf({ asOf: quote.eventTime, source: quote.source, simulated: quote.simulated ?? false, stale }, now);

/** Facts of the desk itself: exact, and as old as the question. */
export const deskMeta = (now: Timestamp, source = 'conclave') => metaOf({ asOf: now, source }, now);

/** Without the noise of binary fractions; nine figures keep every price whole. */
export const figures = (value: number, digits = 9) =>
  Number.isFinite(value) ? Number(value.toPrecision(digits)) : null;

/** For statistics: six figures say all there is to say. */
export const rounded = (value: number | null | undefined) => (typeof value === 'number' ? figures(value, 6) : null);

/** A value with every number cut to seven figures; what is not finite becomes null. Not for times or amounts. */
export function tidy<T>(value: T): T {
  if (typeof value === 'number') return figures(value, 7) as T;
  if (Array.isArray(value)) return value.map((each) => tidy(each)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, tidy(each)])) as T;
}
