import type { Instrument } from '../domain/instrument.ts';
import type { NewsItem } from '../domain/news.ts';
import { DAY, HOUR, type Timestamp } from '../domain/time.ts';
import { dedupe, type Story } from './dedupe.ts';
import { scoreFor } from './entities.ts';
import { looksLikeInstruction } from './normalise.ts';

/** Half of a headline's weight is gone after this. */
export const HALF_LIFE = 8 * HOUR;
export const LOOKBACK = 3 * DAY;
/** However often a source speaks, it weighs at most as many of its heaviest stories as this. */
export const SOURCE_STORIES = 2;
/** What outsiders' text can do at most: several sources, one source, nobody but anyone. */
export const CAPS = { several: 0.6, single: 0.25, unvetted: 0.2 } as const;

const tierWeight = { 1: 1, 2: 0.7, 3: 0.3 } as const;

export interface ScoredStory extends Story {
  score: number;
  /** Decayed weight now. */
  weight: number;
  suspicious: boolean;
}

/** What the headlines of the last three days say about the price, as of a moment. */
export interface NewsTrend {
  /** Capped decayed mean in [-0.6, 0.6]; null where no story speaks of the instrument. */
  score: number | null;
  /** Before the caps, [-1, 1]. */
  rawScore: number | null;
  cap: number;
  /** Mean of the last 24 hours less that of the days before; null where one of them is silent. */
  change: number | null;
  /** Stories of the last 24 hours. */
  recent: number;
  /** Of the whole three days. */
  stories: number;
  /** Recent stories over a day's usual number; null without earlier ones. */
  volumeRatio: number | null;
  /** Distinct sources of stories that count. */
  sources: number;
  positive: number;
  negative: number;
  /** Stories that talk to machines; they count nothing. */
  suspicious: number;
  /** Weightiest first. */
  top: ScoredStory[];
}

/** Stories of the instrument known at asOf, scored and weighted. Pure; later items are ignored. */
export function newsTrend(items: readonly NewsItem[], instrument: Instrument, asOf: Timestamp): NewsTrend {
  const inTime = items.filter((item) => item.eventTime <= asOf && item.eventTime > asOf - LOOKBACK);
  const stories = inTime.length === 0 ? [] : dedupe(inTime).flatMap((story) => scored(story, instrument, asOf));
  const honest = stories.filter((story) => !story.suspicious);
  const recent = honest.filter((story) => story.item.eventTime > asOf - DAY);
  const earlier = honest.filter((story) => story.item.eventTime <= asOf - DAY);
  const sources = new Set(honest.flatMap((story) => story.sources));
  const cap = honest.every((story) => story.tier === 3) ? CAPS.unvetted : sources.size > 1 ? CAPS.several : CAPS.single;
  const raw = mean(honest);
  const [now, before] = [mean(recent), mean(earlier)];
  return {
    score: raw === null ? null : Math.max(-cap, Math.min(cap, raw)),
    rawScore: raw,
    cap,
    change: now === null || before === null ? null : now - before,
    recent: recent.length,
    stories: honest.length,
    volumeRatio: earlier.length === 0 ? null : recent.length / (earlier.length / 2),
    sources: sources.size,
    positive: honest.filter((story) => story.score > 0.15).length,
    negative: honest.filter((story) => story.score < -0.15).length,
    suspicious: stories.length - honest.length,
    top: [...stories].sort((a, b) => b.weight - a.weight || (a.item.id < b.item.id ? -1 : 1)).slice(0, 5),
  };
}

function scored(story: Story, instrument: Instrument, asOf: Timestamp): ScoredStory[] {
  const { score, subjects } = scoreFor(story.headline, instrument);
  const tagged = story.item.symbols.includes(instrument.symbol);
  if (subjects.length === 0 && !tagged) return [];
  const suspicious = looksLikeInstruction(story.headline) || looksLikeInstruction(story.item.headline.slice(0, 2_000));
  const age = asOf - story.item.eventTime;
  // A tag by the vendor says what a story is about, not which way: without a named subject it only counts as volume.
  const spread = Math.min(2, 1 + (story.sources.length - 1) / 4);
  const weight = suspicious ? 0 : tierWeight[story.tier] * spread * 2 ** (-age / HALF_LIFE);
  return [{ ...story, score, weight, suspicious }];
}

/** Weighted mean in which a flood by one source counts little more than a story; null where nothing has weight. */
function mean(stories: readonly ScoredStory[]): number | null {
  const bySource = new Map<string, { weight: number; sum: number; heaviest: number }>();
  for (const { sources, weight, score } of stories) {
    const entry = bySource.get(sources[0]!) ?? { weight: 0, sum: 0, heaviest: 0 };
    entry.weight += weight;
    entry.sum += weight * score;
    entry.heaviest = Math.max(entry.heaviest, weight);
    bySource.set(sources[0]!, entry);
  }
  let total = 0;
  let sum = 0;
  for (const entry of bySource.values()) {
    if (entry.weight === 0) continue;
    const weight = Math.min(entry.weight, SOURCE_STORIES * entry.heaviest);
    total += weight;
    sum += (weight * entry.sum) / entry.weight;
  }
  return total > 0 ? sum / total : null;
}
