import { describe, expect, it } from 'vitest';
import type { Bar } from '../../domain/bar.ts';
import type { CorporateAction } from '../../domain/corporate-action.ts';
import { AppError } from '../../domain/errors.ts';
import { requireInstrument } from '../../domain/instruments.ts';
import { DAY, HOUR, type Interval, MINUTE, parseTime, toIso, WEEK } from '../../domain/time.ts';
import type { MarketDataProvider } from '../../ports/market-data.ts';
import { type FakeClock, fakeClock } from '../../testing/fake-clock.ts';
import { memoryBars, memoryFetchedRanges, memoryQuotes } from '../../testing/memory-bars.ts';
import { sessionCalendar } from '../calendar/sessions.ts';
import { createMeter } from './chain/meter.ts';
import { createMarketData } from './chain.ts';
import { simulatedMarket } from './simulated/provider.ts';

const wednesday = parseTime('2025-06-18T14:30:00Z');
// Another seed than the desk's own simulated market: these play the real world.
const reality = simulatedMarket({ clock: { now: () => 0, sleep: async () => {} }, seed: 77 });
const realBars = (symbol: string, interval: Interval, from: number, to: number) =>
  reality.barsAt(requireInstrument(symbol), interval, from, to, to);

interface ScriptedVendor extends MarketDataProvider {
  calls: { interval: Interval; from: number; to: number }[];
  quotes: number;
  behave(how: 'well' | 'silent' | 'hanging' | 'erring' | 'missing' | 'empty' | 'limited' | 'unpaid'): void;
}

function vendor(
  name: string,
  clock: FakeClock,
  intervals: Interval[] = ['1m', '1h', '1d'],
  quoting = false,
): ScriptedVendor {
  let how = 'well';
  const calls: ScriptedVendor['calls'] = [];
  const answer = async <T>(value: () => T, empty: T, signal?: AbortSignal): Promise<T> => {
    if (how === 'silent')
      throw new AppError('unavailable', `${name} cannot be reached.`, { details: { network: true } });
    if (how === 'hanging')
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    if (how === 'erring') throw new AppError('unavailable', `${name} answered 500.`, { details: { status: 500 } });
    if (how === 'missing') throw new AppError('not_found', `${name} has none.`);
    if (how === 'unpaid')
      throw new AppError('unavailable', `${name}: this needs a paid plan.`, { details: { plan: true } });
    if (how === 'limited')
      throw new AppError('rate_limited', `${name} answered 429.`, { details: { retryAfterMs: 40_000 } });
    return how === 'empty' ? empty : value();
  };
  const scripted: ScriptedVendor = {
    name,
    simulated: false,
    assetClasses: ['fx', 'crypto', 'equity'],
    intervals,
    calls,
    quotes: 0,
    behave: (next) => {
      how = next;
    },
    bars({ instrument, interval, from, to, signal }) {
      calls.push({ interval, from, to });
      return answer(() => realBars(instrument.symbol, interval, from, to), [] as Bar[], signal);
    },
  };
  if (quoting) {
    scripted.quote = (instrument, signal) => {
      scripted.quotes += 1;
      return answer(
        () => ({ ...reality.quoteAt(instrument, clock.now()), source: name, simulated: false }),
        { symbol: instrument.symbol, bid: 2, ask: 1, eventTime: 0, receiveTime: 0, source: name, simulated: false },
        signal,
      );
    };
  }
  return scripted;
}

function desk({ now = wednesday, offline = false, quoting = false, chains = {} } = {}) {
  const clock = fakeClock(now);
  const first = vendor('yahoo', clock, ['1m', '1h', '1d'], quoting);
  const second = vendor('frankfurter', clock, ['1d']);
  const store = memoryBars();
  const quotes = memoryQuotes();
  const market = createMarketData({
    providers: [first, second, simulatedMarket({ clock })],
    bars: store,
    quotes,
    fetched: memoryFetchedRanges(),
    clock,
    sessions: sessionCalendar,
    config: { chains },
    offline,
  });
  const ask = (part: Partial<Parameters<typeof market.history>[0]> = {}) =>
    market.history({ symbol: 'EURUSD', interval: '1h', limit: 200, ...part });
  return { clock, first, second, store, quotes, market, ask };
}

describe('history with vendors', () => {
  it('asks the first vendor once and answers from the store from then on', async () => {
    const { ask, first, clock, store } = desk();
    const history = await ask();
    expect(history).toMatchObject({ source: 'yahoo', simulated: false, symbol: 'EURUSD' });
    expect(history.bars).toHaveLength(200);
    expect(toIso(history.asOf)).toBe('2025-06-18T14:00:00.000Z');
    expect(history.quality).toMatchObject({ score: 1, flags: [], stale: false });
    await ask();
    await ask({ limit: 150 });
    await clock.advance(20 * MINUTE);
    await ask();
    expect(first.calls).toHaveLength(1);
    expect((await store.coverage('EURUSD'))[0]).toMatchObject({ source: 'yahoo', interval: '1h' });
  });

  it('fetches only what came since, once the stored bars are no longer fresh', async () => {
    const { ask, first, clock } = desk();
    await ask();
    await clock.advance(6 * HOUR);
    const later = await ask();
    expect(toIso(later.asOf)).toBe('2025-06-18T20:00:00.000Z');
    expect(first.calls).toHaveLength(2);
    expect(first.calls[1]!.from).toBe(parseTime('2025-06-18T14:00:00Z'));
    expect(later.bars).toHaveLength(200);
  });

  it('fetches a bar as soon as it is complete, and does not press a vendor that is late with it', async () => {
    const { ask, first, clock } = desk();
    await ask();
    await clock.advance(31 * MINUTE);
    expect(toIso((await ask()).asOf)).toBe('2025-06-18T15:00:00.000Z');
    const { bars } = first;
    first.bars = (request) => bars({ ...request, to: parseTime('2025-06-18T15:00:00Z') });
    await clock.advance(HOUR);
    const late = await ask();
    expect([toIso(late.asOf), late.quality.stale]).toEqual(['2025-06-18T15:00:00.000Z', false]);
    await ask();
    await clock.advance(20_000);
    await ask();
    expect(first.calls).toHaveLength(4);
  });

  it('makes one call for many callers who ask the same', async () => {
    const { ask, first } = desk();
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask()));
    expect(first.calls).toHaveLength(1);
    expect(new Set(answers).size).toBe(1);
  });

  it('makes coarser bars than the vendor has from its finer ones', async () => {
    const { ask, first } = desk();
    const history = await ask({ interval: '4h', limit: 50 });
    expect(first.calls[0]!.interval).toBe('1h');
    expect(history.bars).toHaveLength(50);
    expect(history.bars.at(-1)).toMatchObject({
      openTime: parseTime('2025-06-18T08:00:00Z'),
      closeTime: parseTime('2025-06-18T12:00:00Z'),
    });
    expect(history.notices.join(' ')).toContain('4h bars were made from 1h bars');
    const direct = realBars('EURUSD', '4h', history.bars[0]!.openTime, parseTime('2025-06-18T12:00:00Z'));
    expect(history.bars.map((bar) => bar.close)).toEqual(direct.map((bar) => bar.close));
  });

  it('goes on to the next vendor when one errs, and says so', async () => {
    const { ask, first } = desk();
    first.behave('erring');
    const history = await ask({ interval: '1d' });
    expect(history.source).toBe('frankfurter');
    expect(history.notices).toContain('yahoo was passed over: yahoo answered 500.');
  });

  it('sets bad bars of a vendor apart and keeps its good ones', async () => {
    const { ask, first, store } = desk();
    const { bars } = first;
    first.bars = async (request) => {
      const sound = await bars(request);
      return sound.map((bar, i) => (i === 30 ? { ...bar, low: -1 } : bar));
    };
    await ask();
    expect(await store.quarantined('EURUSD', 5)).toMatchObject([{ flag: 'not-positive', source: 'yahoo' }]);
  });

  it('does not let a vendor answer with the future or with an unfinished bar', async () => {
    const { ask, first } = desk();
    first.bars = async ({ instrument, interval, from }) => realBars(instrument.symbol, interval, from, wednesday + DAY);
    const history = await ask();
    expect(history.bars.every((bar) => bar.closeTime <= wednesday)).toBe(true);
  });

  it('takes a weekend for what it is', async () => {
    const { ask } = desk({ now: parseTime('2025-06-21T12:00:00Z') });
    const history = await ask();
    expect(history).toMatchObject({ source: 'yahoo', asOf: parseTime('2025-06-20T21:00:00Z') });
    expect(history.quality.stale).toBe(false);
  });

  it('keeps to the order of the configuration', async () => {
    const { ask } = desk({ chains: { fx: ['frankfurter', 'yahoo'] } });
    expect((await ask({ interval: '1d' })).source).toBe('frankfurter');
  });

  it('refuses a configuration that names an unknown vendor', () => {
    expect(() => desk({ chains: { fx: ['yaho'] } })).toThrow(
      'chains names "yaho", which is no vendor; there are yahoo, frankfurter.',
    );
  });

  it('answers a question about the past with what was known then', async () => {
    const { ask } = desk();
    const asOf = parseTime('2025-03-12T09:30:00Z');
    const history = await ask({ asOf, limit: 60 });
    expect([history.source, toIso(history.asOf)]).toEqual(['yahoo', '2025-03-12T09:00:00.000Z']);
    expect(history.bars.every((bar) => bar.closeTime <= asOf)).toBe(true);
    const part = await ask({ asOf, from: asOf - 10 * HOUR, limit: 60 });
    expect(part.bars).toHaveLength(9);
  });
});

describe('history that was fetched', () => {
  const span = (call: { from: number; to: number }) => [toIso(call.from).slice(0, 16), toIso(call.to).slice(0, 16)];

  it('is not fetched again, and of two stretches only the hole between them is', async () => {
    const { ask, first } = desk();
    const asOf = (time: string) => parseTime(time);
    await ask({ limit: 24, from: asOf('2025-06-02'), asOf: asOf('2025-06-03') });
    await ask({ limit: 24, from: asOf('2025-06-05'), asOf: asOf('2025-06-06') });
    expect(first.calls).toHaveLength(2);
    const whole = await ask({ limit: 200, from: asOf('2025-06-02'), asOf: asOf('2025-06-06') });
    expect(first.calls).toHaveLength(3);
    expect(span(first.calls[2]!)).toEqual(['2025-06-03T00:00', '2025-06-05T00:00']);
    expect(whole.bars).toHaveLength(4 * 24);
    expect(whole.quality.flags).not.toContain('gap');
    await ask({ limit: 200, from: asOf('2025-06-02'), asOf: asOf('2025-06-06') });
    expect(first.calls).toHaveLength(3);
  });

  it('of long ago does not keep the next vendor from being asked when the first has nothing newer', async () => {
    const { ask, first, second } = desk();
    await ask({ interval: '1d', limit: 20, asOf: parseTime('2024-03-07') });
    first.behave('empty');
    const recent = await ask({ interval: '1d', limit: 20 });
    expect(second.calls).toHaveLength(1);
    expect(recent).toMatchObject({ source: 'frankfurter', quality: { stale: false } });
  });

  it('never bridges a hole with older bars, however few are asked for', async () => {
    const { ask, first } = desk();
    await ask({ limit: 500, asOf: parseTime('2025-03-07') });
    const recent = await ask({ limit: 100 });
    expect(first.calls).toHaveLength(2);
    expect(recent.quality.flags).not.toContain('gap');
    expect(recent.bars[0]!.openTime).toBeGreaterThan(parseTime('2025-06-10'));
  });

  it('is left alone when the budget is used up, and says until when', async () => {
    const clock = fakeClock(wednesday);
    const yahoo = vendor('yahoo', clock);
    const meter = createMeter('yahoo', clock, { calls: 1, perMs: MINUTE });
    meter.take();
    const market = createMarketData({
      providers: [yahoo, simulatedMarket({ clock })],
      ...{ bars: memoryBars(), quotes: memoryQuotes(), fetched: memoryFetchedRanges() },
      meters: new Map([['yahoo', meter]]),
      clock,
      sessions: sessionCalendar,
    });
    const asked = { symbol: 'EURUSD', interval: '1h' as const, limit: 50 };
    const before = await market.history(asked);
    expect(before.source).toBe('simulated');
    expect(before.notices.join(' ')).toContain('calls are used up until 2025-06-18T14:31:00.000Z');
    expect(market.vendors()[0]).toMatchObject({ breaker: 'closed', budget: { left: 0, of: 1 } });
    await clock.advance(MINUTE);
    expect((await market.history(asked)).source).toBe('yahoo');
  });
});

describe('bars of shares', () => {
  const day = (date: string, close: number): Bar => {
    const openTime = parseTime(date);
    const prices = { open: close, high: close, low: close, close, volume: 100 };
    return { openTime, closeTime: openTime + DAY, ...prices, receiveTime: openTime + DAY };
  };
  const shares = (asOf: string) => {
    const clock = fakeClock(parseTime(asOf));
    const split: CorporateAction = {
      ...{ id: 's', symbol: 'AAPL', kind: 'split', ratio: 4, source: 'alpaca' },
      ...{ effectiveTime: parseTime('2020-08-31'), eventTime: parseTime('2020-07-30'), receiveTime: 0 },
    };
    const alpaca: MarketDataProvider = {
      ...{ name: 'alpaca', simulated: false, assetClasses: ['equity'], intervals: ['1d'] },
      bars: async ({ from, to }) =>
        [day('2020-08-27', 500), day('2020-08-28', 499.2), day('2020-08-31', 129)].filter(
          (bar) => bar.openTime >= from && bar.openTime < to,
        ),
    };
    const market = createMarketData({
      providers: [alpaca],
      ...{ bars: memoryBars(), quotes: memoryQuotes(), fetched: memoryFetchedRanges() },
      corporateActions: { write: async () => {}, read: async () => [split] },
      clock,
      sessions: sessionCalendar,
    });
    return (adjustment?: 'raw') =>
      market.history({ symbol: 'AAPL', interval: '1d', limit: 3, ...(adjustment ? { adjustment } : {}) });
  };

  it('are stored as they were traded and read on one scale', async () => {
    const read = shares('2020-09-01T12:00:00Z');
    expect((await read()).bars.map((bar) => bar.close)).toEqual([125, 124.8, 129]);
    expect((await read('raw')).bars.map((bar) => bar.close)).toEqual([500, 499.2, 129]);
  });

  it('say that splits are not known where no vendor tells them, each time', async () => {
    const read = shares('2020-09-01T12:00:00Z');
    for (let i = 0; i < 2; i++) {
      expect((await read()).notices.join(' ')).toContain('No vendor told the splits and dividends of AAPL');
    }
  });

  it('ask for results apart, once a day, and only who wants them', async () => {
    const clock = fakeClock(parseTime('2020-09-01T12:00:00Z'));
    const asked: string[] = [];
    const stored: CorporateAction[] = [];
    const results: CorporateAction = {
      ...{ id: 'e', symbol: 'AAPL', kind: 'earnings', period: '2020Q4', source: 'finnhub', receiveTime: 0 },
      ...{ effectiveTime: parseTime('2020-10-29T20:00:00Z'), eventTime: clock.now(), estimatedDate: true },
    };
    const vendor = (part: Partial<MarketDataProvider>): MarketDataProvider => ({
      ...{ name: 'alpaca', simulated: false, assetClasses: ['equity'], intervals: ['1d'], bars: async () => [] },
      ...part,
    });
    const telling = (what: string, actions: CorporateAction[]) => async () => {
      asked.push(what);
      return actions;
    };
    const splits = vendor({ corporateActions: telling('splits', []) });
    const earnings = vendor({ name: 'finnhub', earnings: telling('earnings', [results]) });
    const market = createMarketData({
      providers: [splits, earnings],
      ...{ bars: memoryBars(), quotes: memoryQuotes(), fetched: memoryFetchedRanges() },
      corporateActions: { write: async (actions) => void stored.push(...actions), read: async () => stored },
      clock,
      sessions: sessionCalendar,
    });
    await market.corporateActions({ symbol: 'AAPL', kinds: ['split'] });
    expect(asked).toEqual(['splits']);
    for (let i = 0; i < 2; i++) {
      const { actions, notices } = await market.corporateActions({ symbol: 'AAPL' });
      expect([actions, notices]).toEqual([[results], []]);
    }
    expect(asked).toEqual(['splits', 'earnings']);
    await clock.advance(DAY);
    await market.corporateActions({ symbol: 'AAPL', kinds: ['earnings'] });
    expect(asked).toEqual(['splits', 'earnings', 'earnings']);
  });

  it('know nothing of a split before it takes effect, although it is announced', async () => {
    expect((await shares('2020-08-29T12:00:00Z')()).bars.map((bar) => bar.close)).toEqual([500, 499.2]);
  });
});

describe('history without vendors', () => {
  it('waits at most three seconds in all for vendors that never answer, then remembers them', async () => {
    const { ask, first, second, clock, market } = desk();
    first.behave('hanging');
    second.behave('hanging');
    const began = clock.now();
    let settled = false;
    const asking = ask({ interval: '1d' }).finally(() => {
      settled = true;
    });
    while (!settled) await clock.advance(50);
    const history = await asking;
    expect(clock.now() - began).toBeLessThanOrEqual(3_000);
    expect(history).toMatchObject({ source: 'simulated', simulated: true });
    expect([first.calls.length, second.calls.length]).toEqual([1, 1]);
    const again = await ask({ symbol: 'GBPUSD', interval: '1d' });
    expect(again.source).toBe('simulated');
    expect([first.calls.length, second.calls.length]).toEqual([1, 1]);
    expect(market.vendors().map(({ name, breaker }) => [name, breaker])).toEqual([
      ['yahoo', 'open'],
      ['frankfurter', 'open'],
      ['simulated', 'closed'],
    ]);
  });

  it('leaves a vendor its quotes where its plan lacks the bars, and says so', async () => {
    const { ask, market, first } = desk({ quoting: true });
    first.behave('unpaid');
    const said = [];
    for (const symbol of ['EURUSD', 'GBPUSD', 'USDJPY', 'EURUSD']) said.push((await ask({ symbol })).notices.join());
    expect(said.map((each) => each.includes('needs a paid plan'))).toEqual([true, true, true, false]);
    expect(market.vendors()[0]).toMatchObject({ name: 'yahoo', breaker: 'closed' });
    first.behave('well');
    expect((await market.quote('EURUSD')).source).toBe('yahoo');
  });

  it('still asks a vendor for bars that had no quote', async () => {
    const { ask, market, first } = desk({ quoting: true });
    first.behave('missing');
    expect((await market.quote('EURUSD')).source).not.toBe('yahoo');
    first.behave('well');
    expect((await ask()).source).toBe('yahoo');
  });

  it('does not take one teller of splits that cannot be reached for a dead network', async () => {
    const clock = fakeClock(wednesday);
    const bars = vendor('alpaca', clock, ['1d']);
    const teller = vendor('yahoo', clock, ['1d']);
    teller.corporateActions = async () => {
      throw new AppError('unavailable', 'yahoo cannot be reached.', { details: { network: true } });
    };
    const market = createMarketData({
      ...{ providers: [bars, teller, simulatedMarket({ clock })], bars: memoryBars(), quotes: memoryQuotes() },
      ...{ fetched: memoryFetchedRanges(), clock, sessions: sessionCalendar },
      corporateActions: { write: async () => {}, read: async () => [] },
    });
    expect((await market.history({ symbol: 'AAPL', interval: '1d', limit: 50 })).source).toBe('alpaca');
  });

  it('tries again after some minutes, with one call at first', async () => {
    const { ask, first, second, clock } = desk();
    first.behave('silent');
    second.behave('silent');
    expect((await ask()).simulated).toBe(true);
    await clock.advance(2 * MINUTE);
    expect((await ask()).simulated).toBe(true);
    expect(first.calls).toHaveLength(1);
    await clock.advance(2 * MINUTE);
    first.behave('well');
    expect((await ask()).source).toBe('yahoo');
    expect(first.calls).toHaveLength(2);
  });

  it('waits as long as a vendor asked for', async () => {
    const { ask, first, clock } = desk();
    first.behave('limited');
    await ask();
    first.behave('well');
    await clock.advance(30_000);
    expect((await ask()).simulated).toBe(true);
    await clock.advance(15_000);
    expect((await ask()).source).toBe('yahoo');
  });

  it('does not ask again for what a vendor does not have, and still trusts it for the rest', async () => {
    const { ask, first } = desk();
    first.behave('missing');
    await ask();
    await ask();
    expect(first.calls).toHaveLength(1);
    first.behave('well');
    expect((await ask({ symbol: 'GBPUSD' })).source).toBe('yahoo');
  });

  it('labels the simulated market in source, flag and notice, with the same bars each time', async () => {
    const { ask, market, clock } = desk({ offline: true });
    const history = await ask();
    expect(history).toMatchObject({ source: 'simulated', simulated: true, bars: { length: 200 } });
    expect(history.quality.flags).toEqual(['simulated']);
    expect(history.notices[0]).toMatch(/^SIMULATED/);
    await clock.advance(5 * MINUTE);
    expect((await ask()).bars).toEqual(history.bars);
    expect((await market.quote('EURUSD')).simulated).toBe(true);
  });

  it('calls nobody when OFFLINE, and says why', async () => {
    const { ask, first, market } = desk({ offline: true, quoting: true });
    await ask();
    await market.quote('EURUSD');
    expect([first.calls.length, first.quotes]).toEqual([0, 0]);
    expect(market.vendors()[0]).toMatchObject({ offered: false, reason: expect.stringContaining('OFFLINE=1') });
    expect(market.vendors()[2]).toMatchObject({ name: 'simulated', offered: true });
  });
});

describe('imported bars', () => {
  const imported = realBars('EURUSD', '1h', parseTime('2025-01-06'), parseTime('2025-05-02T21:00:00Z')).map((bar) => ({
    ...bar,
    backfilled: true,
  }));

  it('win over the simulated market always, marked stale', async () => {
    const { ask, store, market } = desk({ offline: true });
    store.set('EURUSD', '1h', 'file', imported);
    const history = await ask();
    expect(history).toMatchObject({ source: 'file', simulated: false, asOf: parseTime('2025-05-02T21:00:00Z') });
    expect(history.quality).toMatchObject({ stale: true, flags: ['stale'] });
    expect(history.notices.join(' ')).toContain('2025-05-02T21:00:00.000Z');
    const daily = await ask({ interval: '1d', limit: 40 });
    expect(daily).toMatchObject({ source: 'file', simulated: false });
    const quote = await market.quote('EURUSD');
    expect(quote.eventTime).toBe(parseTime('2025-05-02T21:00:00Z'));
    expect(quote.source).toBe('file (last price ± half the usual spread)');
    expect((quote.bid + quote.ask) / 2).toBeCloseTo(imported.at(-1)!.close, 6);
  });

  it('are fresh for a question about their own time, with no vendor asked', async () => {
    const { ask, store, first } = desk();
    store.set('EURUSD', '1h', 'file', imported);
    const asOf = parseTime('2025-04-10T10:00:00Z');
    const history = await ask({ asOf });
    expect(history).toMatchObject({ source: 'file', asOf, quality: { stale: false } });
    expect(history.bars).toHaveLength(200);
    expect(first.calls).toHaveLength(0);
  });

  it('give way to a vendor that has newer bars, and come back when it fails', async () => {
    const { ask, store, first, clock } = desk();
    store.set('EURUSD', '1h', 'file', imported);
    expect((await ask()).source).toBe('yahoo');
    first.behave('silent');
    await clock.advance(2 * WEEK);
    const history = await ask();
    // Yahoo's stored bars are newer than the file's: stale, but nearer to now.
    expect(history).toMatchObject({ source: 'yahoo', quality: { stale: true } });
  });

  it('are never mixed with another source', async () => {
    const { ask, store } = desk();
    store.set('EURUSD', '1h', 'file', imported);
    const history = await ask({ limit: 5000 });
    const vendorsOwn = realBars('EURUSD', '1h', history.bars[0]!.openTime, wednesday).filter(
      (bar) => bar.closeTime <= wednesday,
    );
    expect(history.source).toBe('yahoo');
    expect(history.bars).toEqual(vendorsOwn);
  });

  it('say when they are too coarse for the question', async () => {
    const { ask, store } = desk({ offline: true });
    store.set('EURUSD', '1h', 'file', imported);
    const history = await ask({ interval: '5m' });
    expect(history.simulated).toBe(true);
    expect(history.notices.join(' ')).toContain('(1h) cannot make 5m');
  });

  it('are short history when they are few', async () => {
    const { ask, store } = desk({ offline: true });
    store.set('EURUSD', '1h', 'file', imported.slice(-20));
    expect((await ask()).quality.flags).toEqual(['short-history', 'stale']);
  });
});

describe('quotes', () => {
  it('come from a vendor where one quotes, are stored, and are not asked for at every glance', async () => {
    const { market, first, quotes, clock } = desk({ quoting: true });
    const quote = await market.quote('eur/usd');
    expect(quote).toMatchObject({ symbol: 'EURUSD', source: 'yahoo', eventTime: wednesday });
    await market.quote('EURUSD');
    expect(first.quotes).toBe(1);
    expect(await quotes.latest('EURUSD', clock.now())).toEqual(quote);
    await clock.advance(2_000);
    await Promise.all([market.quote('EURUSD'), market.quote('EURUSD')]);
    expect(first.quotes).toBe(2);
  });

  it('that jump are believed once a second one shows the same', async () => {
    const { market, first, clock } = desk({ quoting: true });
    const before = await market.quote('EURUSD');
    let times = 1.3;
    first.quote = async () => {
      const at = { eventTime: clock.now(), receiveTime: clock.now(), source: 'yahoo' };
      return { symbol: 'EURUSD', bid: before.bid * times, ask: before.ask * times, ...at };
    };
    await clock.advance(MINUTE);
    // One quote of 30 % away: the last one that was believed stands.
    expect(await market.quote('EURUSD')).toEqual(before);
    await clock.advance(MINUTE);
    times = 0.7;
    expect(await market.quote('EURUSD')).toEqual(before);
    await clock.advance(MINUTE);
    times = 0.705;
    expect((await market.quote('EURUSD')).bid).toBeCloseTo(before.bid * 0.705);
  });

  it('that are old are given only where nobody has a fresher one', async () => {
    const { market, first, second, clock } = desk({ quoting: true });
    const quoting = (source: string, age: number) => async () => {
      const at = { eventTime: clock.now() - age, receiveTime: clock.now(), source };
      return { symbol: 'EURUSD', bid: 1.1, ask: 1.1001, ...at };
    };
    first.quote = quoting('yahoo', 2 * HOUR);
    second.quote = quoting('frankfurter', MINUTE);
    expect((await market.quote('EURUSD')).source).toBe('frankfurter');
    second.quote = quoting('frankfurter', 3 * HOUR);
    await clock.advance(MINUTE);
    expect((await market.quote('EURUSD')).source).toBe('yahoo');
  });

  it('are derived from the newest bar where no vendor quotes, or where its quote is crossed', async () => {
    const { market, ask, first } = desk({ quoting: true });
    await ask();
    first.behave('empty');
    const quote = await market.quote('EURUSD');
    expect(quote.source).toBe('yahoo (last price ± half the usual spread)');
    expect(quote.ask - quote.bid).toBeCloseTo(0.00008, 8);
    expect(quote.eventTime).toBe(parseTime('2025-06-18T14:00:00Z'));
  });

  it('of the past know nothing newer', async () => {
    const { market, store, quotes } = desk({ offline: true });
    store.set('EURUSD', '1h', 'file', realBars('EURUSD', '1h', parseTime('2025-01-06'), parseTime('2025-05-02')));
    const asOf = parseTime('2025-02-03T10:20:00Z');
    expect((await market.quote('EURUSD', asOf)).eventTime).toBe(parseTime('2025-02-03T10:00:00Z'));
    await quotes.write({
      symbol: 'EURUSD',
      bid: 1,
      ask: 1.1,
      eventTime: asOf - MINUTE,
      receiveTime: asOf,
      source: 'yahoo',
    });
    expect((await market.quote('EURUSD', asOf)).source).toBe('yahoo');
    const gold = await market.quote('XAUUSD', asOf);
    expect(gold).toMatchObject({ simulated: true, eventTime: asOf });
  });
});

describe('market data', () => {
  it('resolves spellings and lists instruments', () => {
    const { market } = desk();
    expect(market.resolve('EUR_USD').symbol).toBe('EURUSD');
    expect(market.instruments().length).toBeGreaterThanOrEqual(60);
    expect(() => market.resolve('EURSUD')).toThrow(AppError);
  });

  it('shows the order book of the first vendor that has one that is a market', async () => {
    const { market, first, second, clock } = desk();
    const times = { eventTime: clock.now(), receiveTime: clock.now(), sequence: 1 };
    const book = (bid: number, source: string) => ({
      ...{ symbol: 'EURUSD', bids: [[bid, 5]] as const, asks: [[1.2, 4]] as const, source },
      ...times,
    });
    await expect(market.book('EUR/USD', 20)).rejects.toMatchObject({ code: 'not_found' });
    second.book = async () => book(1.1, 'frankfurter');
    first.book = async () => book(1.3, 'yahoo');
    expect(await market.book('EUR/USD', 20)).toMatchObject({ source: 'frankfurter', bids: [[1.1, 5]] });
    second.book = () => Promise.reject(new AppError('unavailable', 'The vendor is down.'));
    await expect(market.book('EURUSD', 20)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('The vendor is down.'),
    });
    const offline = desk({ offline: true });
    offline.first.book = first.book;
    await expect(offline.market.book('EURUSD', 20)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('stops when its caller leaves', async () => {
    const { ask, first } = desk();
    first.behave('hanging');
    const leaving = new AbortController();
    const asking = ask({ signal: leaving.signal });
    while (first.calls.length === 0) await Promise.resolve();
    leaving.abort();
    await expect(asking).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('says when there is no history at all', async () => {
    const clock = fakeClock(wednesday);
    const bare = createMarketData({
      providers: [],
      bars: memoryBars(),
      quotes: memoryQuotes(),
      fetched: memoryFetchedRanges(),
      clock,
      sessions: sessionCalendar,
    });
    await expect(bare.history({ symbol: 'EURUSD', interval: '1h', limit: 10 })).rejects.toMatchObject({
      code: 'not_enough_history',
    });
    await expect(bare.quote('EURUSD')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
