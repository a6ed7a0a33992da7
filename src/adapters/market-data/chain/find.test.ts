import { describe, expect, it } from 'vitest';
import { AppError } from '../../../domain/errors.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import { usShare } from '../../../domain/share-seed.ts';
import { HOUR, MINUTE } from '../../../domain/time.ts';
import type { Listings, MarketDataProvider } from '../../../ports/market-data.ts';
import type { InstrumentStore } from '../../../ports/store.ts';
import { fakeClock } from '../../../testing/fake-clock.ts';
import { memoryBars, memoryFetchedRanges, memoryQuotes } from '../../../testing/memory-bars.ts';
import { sessionCalendar } from '../../calendar/sessions.ts';
import { createMarketData } from '../chain.ts';

const shop = usShare('SHOP', 'Shopify', 'equity', 'nasdaq');

function memoryInstruments(): InstrumentStore & { saved: [Instrument, string][] } {
  const saved: [Instrument, string][] = [];
  return {
    saved,
    save: async (instrument, source) => void saved.push([instrument, source]),
    list: async () => saved.map(([instrument]) => instrument),
  };
}

/** A vendor that lists what the test says, and counts how often it was asked. */
function lister(name: string, answer: Listings | AppError) {
  const asked: string[] = [];
  const provider: MarketDataProvider = {
    ...{ name, simulated: false, assetClasses: ['equity'], intervals: ['1d'] },
    bars: async () => [],
    async listings(spelling) {
      asked.push(spelling);
      if (answer instanceof AppError) throw answer;
      return answer;
    },
  };
  return { provider, asked };
}

function market(
  vendors: { provider: MarketDataProvider }[],
  options: { added?: InstrumentStore; offline?: boolean } = {},
) {
  const clock = fakeClock();
  const stores = { bars: memoryBars(), quotes: memoryQuotes(), fetched: memoryFetchedRanges() };
  const providers = vendors.map(({ provider }) => provider);
  return { clock, data: createMarketData({ ...stores, ...options, providers, clock, sessions: sessionCalendar }) };
}

describe('finding an instrument', () => {
  it('asks nobody for what the registry knows', async () => {
    const vendor = lister('alpaca', { instruments: [] });
    const { data } = market([vendor]);
    expect(await data.find('eur/usd')).toMatchObject({ outcome: 'found', instrument: { symbol: 'EURUSD' } });
    expect(await data.find('BTC')).toMatchObject({ outcome: 'ambiguous' });
    expect(vendor.asked).toEqual([]);
  });

  it('keeps what a vendor lists under exactly that code, and knows it from then on', async () => {
    const added = memoryInstruments();
    const vendor = lister('alpaca', { instruments: [shop] });
    const { data } = market([lister('polygon', { instruments: [] }), vendor], { added });
    expect(() => data.resolve('SHOP')).toThrow('does not know "SHOP"');
    expect(await data.find('shop')).toEqual({ outcome: 'found', instrument: shop });
    expect(data.resolve('NASDAQ:SHOP')).toBe(shop);
    expect(data.instruments()).toContain(shop);
    expect(added.saved).toEqual([[shop, 'alpaca']]);
    await data.find('SHOP');
    expect(vendor.asked).toEqual(['SHOP']);
  });

  it('takes no other code for it: near ones are suggestions', async () => {
    const added = memoryInstruments();
    const { data } = market([lister('finnhub', { instruments: [usShare('SHOPX', 'Other', 'equity', 'nyse'), shop] })], {
      added,
    });
    const resolution = await data.find('SHO');
    expect(resolution).toMatchObject({ outcome: 'unknown', suggestions: expect.arrayContaining(['SHOPX', 'SHOP']) });
    expect(resolution).toMatchObject({ suggestions: { length: 5 } });
    expect(added.saved).toEqual([]);
  });

  it('leaves what is known as it is, whatever a vendor lists', async () => {
    const impostor = { ...shop, symbol: 'AAPL', aliases: ['PEAR'] };
    const { data } = market([lister('alpaca', { instruments: [impostor] })]);
    expect(await data.find('PEAR')).toMatchObject({ outcome: 'unknown' });
    expect(data.resolve('AAPL').name).toBe('Apple');
  });

  it('finds what another process of the same desk added, without a vendor', async () => {
    const added = memoryInstruments();
    const { data } = market([], { added, offline: true });
    expect(await data.find('SHOP')).toMatchObject({ outcome: 'unknown' });
    await added.save(shop, 'polygon');
    expect(await data.find('SHOP')).toEqual({ outcome: 'found', instrument: shop });
  });

  it('calls no vendor offline', async () => {
    const vendor = lister('alpaca', { instruments: [shop] });
    const { data } = market([vendor], { offline: true });
    expect(await data.find('SHOP')).toMatchObject({ outcome: 'unknown' });
    expect(vendor.asked).toEqual([]);
  });

  it('does not ask again for an hour about what nobody lists, and never about what is no code', async () => {
    const vendor = lister('alpaca', { instruments: [] });
    const { data, clock } = market([vendor]);
    await data.find('SHOP');
    await data.find('shop ');
    await data.find('shares of some company');
    expect(vendor.asked).toEqual(['SHOP']);
    await clock.set(clock.now() + HOUR);
    await data.find('SHOP');
    expect(vendor.asked).toHaveLength(2);
  });

  it('passes on why a listing cannot be used, and who could not be asked', async () => {
    const { data } = market([lister('finnhub', { instruments: [], reason: 'finnhub lists AIR on PA.' })]);
    expect(await data.find('AIR')).toMatchObject({ outcome: 'unknown', reason: 'finnhub lists AIR on PA.' });
    const refusing = lister('alpaca', new AppError('unavailable', 'alpaca answered 500.'));
    const failing = market([refusing]);
    const unanswered = { reason: expect.stringContaining('alpaca did not answer') };
    expect(await failing.data.find('AIR')).toMatchObject(unanswered);
    // Nor is that remembered as if nobody listed it.
    await failing.clock.set(failing.clock.now() + 5 * MINUTE);
    await failing.data.find('AIR');
    expect(refusing.asked.length).toBeGreaterThan(1);
  });

  it('asks a vendor on for prices whose list cannot be had, and for its list only every few minutes', async () => {
    const vendor = lister('alpaca', new AppError('unavailable', 'alpaca answered 400.'));
    const asked: string[] = [];
    vendor.provider.bars = async ({ instrument }) => {
      asked.push(instrument.symbol);
      return [];
    };
    const { data } = market([vendor]);
    for (const name of ['AIRA', 'AIRB', 'AIRC', 'AIRD']) await data.find(name);
    expect(vendor.asked).toEqual(['AIRA']);
    await data.history({ symbol: 'AAPL', interval: '1d', limit: 5 }).catch(() => undefined);
    expect(asked).toEqual(['AAPL']);
    expect(data.vendors()[0]).toMatchObject({ breaker: 'closed', lastFailure: { message: 'alpaca answered 400.' } });
  });
});
