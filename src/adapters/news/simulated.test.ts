import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../domain/instrument.ts';
import { instrumentOf, instruments } from '../../domain/instruments.ts';
import { DAY, HOUR, MINUTE, parseTime } from '../../domain/time.ts';
import { dedupe } from '../../sentiment/dedupe.ts';
import { mentions, scoreFor } from '../../sentiment/entities.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import { describeNews } from '../../testing/news-contract.ts';
import { simulatedCalendar } from '../calendar/simulated.ts';
import { simulatedMarket } from '../market-data/simulated/provider.ts';
import { simulatedNews } from './simulated.ts';

const now = parseTime('2026-03-18T15:00:00Z');
const market = simulatedMarket({ clock: fakeClock(now) });
const at = (time: number, seed = 1) => simulatedNews({ clock: fakeClock(time), seed });
const of = (symbol: string) => instrumentOf(symbol) as Instrument;
const news = (symbol: string, days: number, seed = 1) =>
  at(now, seed).latest({ symbols: [symbol], from: now - days * DAY, to: now });

describeNews('the simulated market', () => ({ provider: at(now), symbols: ['EURUSD', 'BTCUSDT', 'AAPL'], now }));

describe('simulated news', () => {
  it('brings some headlines a day for every instrument, in words that the scorer reads as its own', async () => {
    for (const instrument of instruments) {
      const items = await news(instrument.symbol, 7);
      expect(items.length, instrument.symbol).toBeGreaterThan(5);
      expect(items.length, instrument.symbol).toBeLessThan(100);
      const named = items.filter((item) => mentions(item.headline, instrument).length > 0);
      expect(named.length / items.length, `${instrument.symbol}: ${items[0]!.headline}`).toBeGreaterThan(0.9);
    }
  });

  it('gives the same headline for the same hour, whatever range and moment it is asked from', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('EURUSD', 'BTCUSDT', 'AAPL', 'XAUUSD'),
        fc.integer({ min: parseTime('2003-01-01'), max: now - 3 * DAY }),
        fc.integer({ min: 1, max: 48 * 60 }),
        async (symbol, from, minutes) => {
          const to = from + minutes * MINUTE;
          const narrow = await at(to).latest({ symbols: [symbol], from, to });
          const wide = await at(now).latest({ symbols: [symbol], from: from - 2 * DAY, to: to + DAY });
          expect(narrow).toEqual(wide.filter((item) => item.eventTime >= from && item.eventTime <= to));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('quotes the price of its own minute', async () => {
    const moves = (await news('EURUSD', 30)).flatMap((item) => {
      const price = /(?:to|near) (\d\.\d{5})/.exec(item.headline)?.[1];
      return price && !item.id.endsWith('-copy') ? [{ item, price: Number(price) }] : [];
    });
    expect(moves.length).toBeGreaterThan(20);
    for (const { item, price } of moves) {
      const { bid, ask } = market.quoteAt(of('EURUSD'), item.eventTime);
      expect(price).toBeCloseTo((bid + ask) / 2, 4);
    }
  });

  it.each(['EURUSD', 'BTCUSDT', 'NVDA'])(
    '%s: speaks well of what has risen, and says nothing of what comes',
    async (symbol) => {
      const instrument = of(symbol);
      const middle = (time: number) => {
        const { bid, ask } = market.quoteAt(instrument, time);
        return Math.log((bid + ask) / 2);
      };
      const items = (await news(symbol, 400)).filter(
        (item) => item.eventTime < now - DAY && !/simulated-1-[a-z]{3}-/.test(item.id),
      );
      const scores = items.map((item) => scoreFor(item.headline, instrument).score);
      const before = items.map((item) => middle(item.eventTime) - middle(item.eventTime - DAY));
      const after = items.map((item) => middle(item.eventTime + DAY) - middle(item.eventTime));
      expect(items.length).toBeGreaterThan(300);
      expect(correlation(scores, before)).toBeGreaterThan(0.3);
      expect(correlation(scores, before)).toBeLessThan(0.95);
      expect(Math.abs(correlation(scores, after))).toBeLessThan(0.15);
    },
  );

  it('reports figures against expectations, opinions and copies beside the moves', async () => {
    const items = await news('AAPL', 90);
    expect(items.some((item) => / vs .* expected/.test(item.headline))).toBe(true);
    expect(items.some((item) => item.tier === 3 && !item.id.endsWith('-copy'))).toBe(true);
    const copies = items.filter((item) => item.id.endsWith('-copy'));
    expect(copies.length).toBeGreaterThan(5);
    for (const copy of copies) {
      const original = items.find((item) => `${item.id}-copy` === copy.id);
      if (!original) continue;
      expect(copy.eventTime).toBeGreaterThan(original.eventTime);
      expect(dedupe([original, copy])).toHaveLength(1);
    }
  });

  it('reports the simulated releases a minute after they are out, with their numbers', async () => {
    const items = await news('EURUSD', 60);
    const releases = await simulatedCalendar({ clock: fakeClock(now) }).events({ from: now - 60 * DAY, to: now });
    const cpi = releases.filter((event) => event.currency === 'USD' && event.name === 'CPI y/y');
    expect(cpi.length).toBeGreaterThan(0);
    for (const event of cpi) {
      const report = items.find((item) => item.id === `${event.id}-news`)!;
      expect(report.eventTime).toBe(event.eventTime + MINUTE);
      expect(report.headline).toBe(`US CPI y/y ${event.actual}% vs ${event.forecast}% expected`);
      expect(report.symbols).toContain('USDJPY');
      expect(report.symbols).not.toContain('EURGBP');
      const effect = Math.sign(scoreFor(report.headline, of('EURUSD')).score);
      expect(effect).toBe(Math.sign(event.forecast! - event.actual!) || 0);
    }
  });

  it('tells other stories under other ids for another seed, and none of what its world does not know', async () => {
    const [one, two] = [await news('EURUSD', 7), await news('EURUSD', 7, 2)];
    expect(two.map((item) => item.headline)).not.toEqual(one.map((item) => item.headline));
    expect(two.some((item) => one.some(({ id }) => id === item.id))).toBe(false);
    expect(await news('ODDCOIN', 7)).toEqual([]);
  });

  it('is quiet while the market is shut, and stops when nobody waits any more', async () => {
    const sunday = parseTime('2026-03-15T00:00:00Z');
    const shut = await at(now).latest({ symbols: ['EURUSD'], from: sunday, to: sunday + 20 * HOUR });
    expect(shut.length).toBeLessThan(5);
    const gone = AbortSignal.abort(new Error('left'));
    await expect(at(now).latest({ symbols: ['EURUSD'], from: sunday, to: now, signal: gone })).rejects.toThrow('left');
  });
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = mean(a.map((each, i) => (each - meanA) * (b[i]! - meanB)));
  const deviation = (values: readonly number[], around: number) =>
    Math.sqrt(mean(values.map((each) => (each - around) ** 2)));
  return product / (deviation(a, meanA) * deviation(b, meanB));
}
