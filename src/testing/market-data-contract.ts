import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toNumber } from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import { barClose, type Interval, type Timestamp } from '../domain/time.ts';
import type { MarketDataProvider } from '../ports/market-data.ts';

/** A provider under test, and a range in which it has at least two bars. */
export interface ProviderBench {
  provider: MarketDataProvider;
  instrument: Instrument;
  interval: Interval;
  from: Timestamp;
  to: Timestamp;
  /** Makes every following answer a failure, where the bench can. */
  fail?(): void;
  close(): Promise<void>;
}

/** What the chain relies on, whoever the vendor is. */
export function describeProvider(name: string, open: () => Promise<ProviderBench>) {
  describe(`${name} as a source of bars`, () => {
    let bench: ProviderBench;
    const ask = (part: Partial<Pick<ProviderBench, 'from' | 'to'>> = {}) => {
      const { provider, instrument, interval, from, to } = { ...bench, ...part };
      return provider.bars({ instrument, interval, from, to });
    };

    beforeEach(async () => {
      bench = await open();
    });
    afterEach(() => bench.close());

    it('offers the asset class and interval it is asked for, and names itself', () => {
      expect(bench.provider.assetClasses).toContain(bench.instrument.assetClass);
      expect(bench.provider.intervals).toContain(bench.interval);
      expect(bench.provider.name).toMatch(/^[a-z]+$/);
      expect(bench.provider.unavailable).toBeUndefined();
    });

    it('gives sound bars inside the range, oldest first, each time once', async () => {
      const bars = await ask();
      expect(bars.length).toBeGreaterThanOrEqual(2);
      for (const [i, bar] of bars.entries()) {
        expect(bar.openTime).toBeGreaterThanOrEqual(bench.from);
        expect(bar.openTime).toBeLessThan(bench.to);
        expect(bar.closeTime).toBe(barClose(bench.interval, bar.openTime));
        expect(bar.receiveTime).toBeGreaterThan(0);
        expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
        expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close));
        expect(bar.volume).toBeGreaterThanOrEqual(0);
        if (i > 0) expect(bar.openTime).toBeGreaterThan(bars[i - 1]!.openTime);
      }
    });

    it('gives nothing for a range without bars', async () => {
      expect(await ask({ from: bench.from - 1, to: bench.from - 1 })).toEqual([]);
    });

    it('quotes two sides around the market, if it quotes at all', async () => {
      const { provider, instrument } = bench;
      if (!provider.quote) return;
      const quote = await provider.quote(instrument);
      expect(quote.symbol).toBe(instrument.symbol);
      expect(quote.source.startsWith(provider.name)).toBe(true);
      expect(quote.ask).toBeGreaterThanOrEqual(quote.bid);
      expect(quote.bid).toBeGreaterThan(toNumber(instrument.tick) / 2);
      expect(quote.receiveTime).toBeGreaterThanOrEqual(quote.eventTime - 1);
    });

    it('fails with a code and no secret', async () => {
      if (!bench.fail) return;
      bench.fail();
      await expect(ask()).rejects.toMatchObject({ name: 'AppError', code: 'unavailable' });
      await expect(ask()).rejects.not.toThrow(/secret/i);
    });
  });
}
