import type { EconomicEvent, NewsItem } from '../domain/news.ts';
import { DAY, type Timestamp } from '../domain/time.ts';

/** What the desk reads of news and releases for one decision; a backtest must show its judges no more and no less. */
export const factWindow = {
  newsBack: 7 * DAY,
  newsLimit: 100,
  /** Far enough for a release to be measured by its own past surprises. */
  eventsBack: 200 * DAY,
  eventsAhead: 7 * DAY,
} as const;

/**
 * Everything that happened, cut to the window of a moment as the stores would: by time, then by id. Of events every
 * version is needed, older ones first: a moment sees the version of then.
 */
export function createFactWindow(news: readonly NewsItem[], events: readonly EconomicEvent[]) {
  const [items, newsTimes] = inOrder(news);
  const [releases, releaseTimes] = inOrder(events);
  const replacedAt = replacements(events);
  const from = Float64Array.from(releases, knownFrom);
  const until = Float64Array.from(releases, (event) => replacedAt.get(event) ?? Number.POSITIVE_INFINITY);
  return {
    /** Newest first. */
    newsAt(asOf: Timestamp): NewsItem[] {
      const end = countUpTo(newsTimes, asOf);
      const start = Math.max(countUpTo(newsTimes, asOf - factWindow.newsBack - 1), end - factWindow.newsLimit);
      return items.slice(start, end).sort((a, b) => b.eventTime - a.eventTime || byId(a, b));
    },
    /** Oldest first; `situation` leaves out the actual of what was not released. */
    eventsAt(asOf: Timestamp): EconomicEvent[] {
      const start = countUpTo(releaseTimes, asOf - factWindow.eventsBack - 1);
      const around = releases.slice(start, countUpTo(releaseTimes, asOf + factWindow.eventsAhead));
      return around.filter((_, i) => from[start + i]! <= asOf && until[start + i]! > asOf);
    },
  };
}

const knownFrom = ({ knownTime, announcedTime }: EconomicEvent) => knownTime ?? announcedTime;

/** From when another version counts, of those versions that have one after them. */
function replacements(events: readonly EconomicEvent[]): Map<EconomicEvent, Timestamp> {
  const newest = new Map<string, EconomicEvent>();
  const replacedAt = new Map<EconomicEvent, Timestamp>();
  for (const event of events) {
    const before = newest.get(event.id);
    if (before) replacedAt.set(before, knownFrom(event));
    newest.set(event.id, event);
  }
  return replacedAt;
}

type Dated = { id: string; eventTime: Timestamp };

const byId = (a: Dated, b: Dated) => (a.id < b.id ? -1 : 1);

function inOrder<T extends Dated>(facts: readonly T[]): [T[], Float64Array] {
  const sorted = [...facts].sort((a, b) => a.eventTime - b.eventTime || byId(a, b));
  return [sorted, Float64Array.from(sorted, (fact) => fact.eventTime)];
}

/** How many times are at or before `at`. */
function countUpTo(times: Float64Array, at: Timestamp): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
