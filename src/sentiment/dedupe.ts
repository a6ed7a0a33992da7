import type { NewsItem } from '../domain/news.ts';
import { HOUR } from '../domain/time.ts';
import { cleanText } from './normalise.ts';

/** One story, however many outlets carry it. */
export interface Story {
  /** The earliest item of the story. */
  item: NewsItem;
  /** Cleaned headline. */
  headline: string;
  /** Distinct sources that carried it, by name, sorted. */
  sources: string[];
  /** Best tier among them. */
  tier: 1 | 2 | 3;
}

const SAME_SHARE = 0.6;
const SAME_WITHIN = 48 * HOUR;

const small = new Set(
  'a an and as at by for from in is it its of on or over the to with after amid update exclusive breaking says said'.split(
    ' ',
  ),
);

const cleaned = new WeakMap<NewsItem, { headline: string; key: ReadonlySet<string> }>();

/** Cleaning is pure, so an item is cleaned once. */
function read(item: NewsItem) {
  const before = cleaned.get(item);
  if (before) return before;
  const headline = cleanText(item.headline);
  // Outlets put their own name behind a dash or bar; it is not part of the story.
  const core = headline.replace(/\s+[-|–]\s+[^-|–]{2,30}$/, '');
  const key = new Set(
    core
      .toLowerCase()
      .match(/[\p{L}\p{N}%.]+/gu)
      ?.filter((word) => !small.has(word)) ?? [],
  );
  const value = { headline, key };
  cleaned.set(item, value);
  return value;
}

/** Share of words that two headlines have in common (Jaccard). */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let common = 0;
  for (const word of a) if (b.has(word)) common++;
  return common / (a.size + b.size - common);
}

/** Items to stories, oldest first: syndicated copies within two days count once, with all their sources. */
export function dedupe(items: readonly NewsItem[]): Story[] {
  const ordered = [...items].sort((a, b) => a.eventTime - b.eventTime || (a.id < b.id ? -1 : 1));
  const stories: (Story & { key: ReadonlySet<string> })[] = [];
  for (const item of ordered) {
    const { headline, key } = read(item);
    if (headline === '') continue;
    const same = stories.find(
      (story) => item.eventTime - story.item.eventTime <= SAME_WITHIN && overlap(story.key, key) >= SAME_SHARE,
    );
    if (!same) {
      stories.push({ item, headline, key, sources: [item.source], tier: item.tier });
      continue;
    }
    if (!same.sources.includes(item.source)) same.sources = [...same.sources, item.source].sort();
    if (item.tier < same.tier) same.tier = item.tier;
  }
  return stories.map(({ key: _, ...story }) => story);
}
