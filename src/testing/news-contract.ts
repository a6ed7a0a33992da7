import { describe, expect, it } from 'vitest';
import { DAY, type Timestamp } from '../domain/time.ts';
import type { NewsProvider } from '../ports/news.ts';

/** A source of news under test; it must hold at least two items about the symbols in [now - 7 days, now]. */
export interface NewsBench {
  provider: NewsProvider;
  symbols: readonly string[];
  now: Timestamp;
}

/** What the desk relies on, whoever reports. */
export function describeNews(name: string, open: () => NewsBench | Promise<NewsBench>) {
  describe(`${name} as a source of news`, () => {
    const week = async () => {
      const { provider, symbols, now } = await open();
      const request = { symbols, from: now - 7 * DAY, to: now };
      return { provider, symbols, now, request, items: await provider.latest(request) };
    };

    it('tells what was published inside the range only, earliest first, each with its own id', async () => {
      const { request, items } = await week();
      expect(items.length).toBeGreaterThan(1);
      for (const item of items) {
        expect(item.eventTime).toBeGreaterThanOrEqual(request.from);
        expect(item.eventTime).toBeLessThanOrEqual(request.to);
      }
      const times = items.map((item) => item.eventTime);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(new Set(items.map((item) => item.id)).size).toBe(items.length);
    });

    it('says the same twice, and the same of a part as of the whole', async () => {
      const { provider, request, items } = await week();
      expect(await provider.latest(request)).toEqual(items);
      const middle = items[Math.floor(items.length / 2)]!.eventTime;
      const early = await provider.latest({ ...request, to: middle });
      expect(early).toEqual(items.filter((item) => item.eventTime <= middle));
      const late = await provider.latest({ ...request, from: middle });
      expect(late).toEqual(items.filter((item) => item.eventTime >= middle));
    });

    it('knows nothing later than now, however far ahead it is asked', async () => {
      const { provider, request, items, now } = await week();
      expect(await provider.latest({ ...request, to: now + 30 * DAY })).toEqual(items);
    });

    it('answers for the symbols asked about, whichever others are asked about with them', async () => {
      const { provider, request, items, symbols } = await week();
      for (const item of items) expect(item.symbols.some((symbol) => symbols.includes(symbol))).toBe(true);
      const apart = await Promise.all(symbols.map((symbol) => provider.latest({ ...request, symbols: [symbol] })));
      const together = new Map(apart.flat().map((item) => [item.id, item]));
      expect(new Set(together.keys())).toEqual(new Set(items.map((item) => item.id)));
      for (const item of items) expect(together.get(item.id)).toEqual(item);
      expect(await provider.latest({ ...request, symbols: [] })).toEqual([]);
    });

    it('labels every item with source, tier and both times, and its text is plain', async () => {
      const { provider, items } = await week();
      for (const item of items) {
        expect(item.headline.trim()).not.toBe('');
        expect(`${item.headline} ${item.summary ?? ''}`).not.toMatch(/<\/?[a-z]+[^>]*>|&(?:amp|lt|#\d+);/i);
        expect(item.source).not.toBe('');
        expect([1, 2, 3]).toContain(item.tier);
        expect(item.receiveTime).toBeGreaterThanOrEqual(item.eventTime);
        expect(Boolean(item.simulated)).toBe(provider.simulated);
        if (item.url !== undefined) expect(item.url).toMatch(/^https?:\/\//);
      }
    });
  });
}
