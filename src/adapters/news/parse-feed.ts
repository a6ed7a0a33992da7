import Parser from 'rss-parser';
import { AppError } from '../../domain/errors.ts';
import type { Timestamp } from '../../domain/time.ts';

export interface FeedEntry {
  /** Whatever the feed calls this entry for good: its guid, else its link, else its title. */
  key: string;
  /** Markup and all: an outsider's text. */
  title: string;
  summary?: string;
  link?: string;
  /** Undefined where the feed gives none that can be read. */
  published?: Timestamp;
}

const dateFields = new Set(['pubDate', 'published', 'updated', 'dc:date']);

/** Offsets of zone names that feeds use and `Date.parse` does not know. */
const zones: Record<string, string> = {
  BST: '+0100',
  CET: '+0100',
  CEST: '+0200',
  EET: '+0200',
  EEST: '+0300',
  JST: '+0900',
  IST: '+0530',
  AEST: '+1000',
  AEDT: '+1100',
};

/** A feed's date; without a zone it is UTC, never the zone of this machine. */
export function feedTime(text: string): Timestamp | undefined {
  const trimmed = text.trim().replace(/\b([A-Z]{3,4})$/, (zone) => zones[zone] ?? zone);
  const bare = /^\d{4}-\d{2}-\d{2}$/.test(trimmed);
  const zoned = bare || /(?:Z|[+-]\d{2}:?\d{2}|\b(?:GMT|UTC?|[ECMP][SD]T))$/.test(trimmed);
  const time = Date.parse(zoned ? trimmed : /^\d{4}-\d{2}-\d{2}T/.test(trimmed) ? `${trimmed}Z` : `${trimmed} UTC`);
  // A year before feeds existed, or one that was typed with a digit too many, is no date.
  return time > Date.UTC(1995, 0, 1) && time < Date.UTC(2200, 0, 1) ? time : undefined;
}

/** One unreadable date must not cost the whole feed, which is what the parser would do: it sees good ones only. */
const goodDates = (value: string, field: string) => {
  if (!dateFields.has(field)) return value;
  const time = feedTime(value);
  return time === undefined ? '' : new Date(time).toISOString();
};

const text = (value: unknown): string | undefined => {
  // The parser passes an element with attributes on as an object.
  const content = typeof value === 'object' && value !== null && '_' in value ? value._ : value;
  return typeof content === 'string' && content.trim() !== '' ? content.trim() : undefined;
};

/** Entries of RSS 0.9, 1 and 2 and Atom, in the order of the feed. Throws `unavailable` that names the feed. */
export async function parseFeed(xml: string, name: string): Promise<FeedEntry[]> {
  // Nothing of a feed's own entity definitions is wanted, and no honest feed has any.
  if (/<!ENTITY/i.test(xml))
    throw new AppError('unavailable', `The feed ${name} defines entities, which are not read.`);
  const parser = new Parser({ defaultRSS: 2, xml2js: { valueProcessors: [goodDates] } });
  let items: Record<string, unknown>[];
  try {
    ({ items } = (await parser.parseString(xml.replace(/^[\s\uFEFF]+/, ''))) as { items: Record<string, unknown>[] });
  } catch (cause) {
    throw new AppError('unavailable', `The feed ${name} is not RSS or Atom that can be read.`, { cause });
  }
  return items.flatMap((item): FeedEntry[] => {
    const title = text(item.title);
    if (title === undefined) return [];
    const link = text(item.link);
    const summary = text(item.summary) ?? text(item.content) ?? text(item['content:encoded']);
    const date = text(item.pubDate) ?? text(item.date) ?? text(item['dc:date']);
    const published = date === undefined ? undefined : feedTime(date);
    return [
      {
        key: text(item.guid) ?? text(item.id) ?? link ?? title,
        title,
        ...(summary === undefined ? {} : { summary }),
        ...(link === undefined ? {} : { link }),
        ...(published === undefined ? {} : { published }),
      },
    ];
  });
}
