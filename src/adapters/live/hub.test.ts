import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Bar } from '../../domain/bar.ts';
import { requireInstrument } from '../../domain/instruments.ts';
import { MINUTE, SECOND } from '../../domain/time.ts';
import type { FollowOptions, LiveEvent, LiveMarket } from '../../ports/live-market.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import { scriptedStream } from '../../testing/scripted-stream.ts';
import { sessionCalendar } from '../calendar/sessions.ts';
import { simulatedMarket } from '../market-data/simulated/provider.ts';
import { createLiveMarket, type LiveMarketOptions } from './hub.ts';

const used: LiveMarket[] = [];
afterEach(async () => {
  for (const live of used.splice(0)) await live.close();
});

const START = Date.UTC(2025, 5, 18, 14);
const barAt = (openTime: number, close = 100): Bar => ({
  ...{ openTime, closeTime: openTime + MINUTE, open: close, high: close, low: close, close },
  ...{ volume: 1, receiveTime: openTime + MINUTE },
});

function openMarket(given: Partial<LiveMarketOptions> = {}) {
  const clock = fakeClock(START);
  const vendor = scriptedStream();
  const notices: string[] = [];
  const failures: unknown[] = [];
  const backfills: number[] = [];
  let polled = 0;
  const live = createLiveMarket({
    clock,
    sessions: sessionCalendar,
    instrumentOf: requireInstrument,
    vendorsOf: ({ assetClass }) => (assetClass === 'crypto' ? [{ name: 'binance', stream: vendor.open }] : []),
    quote: async (symbol) => quote(++polled, symbol, 'polled'),
    backfill: async (_symbol, from) => {
      backfills.push(from);
      return { bars: [barAt(from), barAt(from + MINUTE), barAt(from + 2 * MINUTE)], simulated: false };
    },
    recentTicks: 5,
    staleAfter: MINUTE,
    notice: (text) => notices.push(text),
    onFailure: (failure) => failures.push(failure),
    ...given,
  });
  used.push(live);
  const quote = (bid: number, symbol = 'BTCUSDT', source = 'binance') => ({
    ...{ symbol, bid, ask: bid + 1, source },
    ...{ eventTime: clock.now(), receiveTime: clock.now() },
  });
  const tick = (price: number, id?: string, at = clock.now()) => ({
    ...{ symbol: 'BTCUSDT', price, size: 1, source: 'binance', eventTime: at, receiveTime: clock.now() },
    ...(id === undefined ? {} : { id }),
  });
  const say = {
    up: () => vendor.say({ kind: 'up' }),
    down: () => vendor.say({ kind: 'down', reason: 'cable', retryInMs: 1_000 }),
    quote: (bid: number) => vendor.say({ kind: 'quote', quote: quote(bid) }),
    tick: (price: number, id?: string, at?: number) => vendor.say({ kind: 'tick', tick: tick(price, id, at) }),
  };
  /** What a follower hears. */
  const follow = (options: FollowOptions = {}, symbol = 'BTCUSDT') => {
    const heard: LiveEvent[] = [];
    const end = live.follow(symbol, (event) => heard.push(event), options);
    return { heard, end };
  };
  return { live, clock, vendor, say, follow, notices, failures, backfills, quote, polls: () => polled };
}
const numbers = (events: LiveEvent[]) => events.map(({ sequence }) => sequence);
const prices = (events: LiveEvent[]) =>
  events.map((event) =>
    event.kind === 'quote' ? event.quote.bid : event.kind === 'tick' ? event.tick.price : event.kind,
  );

describe('one upstream', () => {
  it('serves every follower of a symbol and ends a while after the last has left', async () => {
    const { vendor, follow, say, live, clock } = openMarket();
    const [one, two] = [follow({ kinds: ['quote'] }), follow({ kinds: ['quote'] })];
    say.up();
    say.quote(100);
    expect(vendor.opened()).toBe(1);
    expect(prices(one.heard)).toEqual([100]);
    expect(two.heard).toEqual(one.heard);
    one.end();
    two.end();
    await clock.advance(9 * SECOND);
    expect(vendor.followed()).toEqual(['BTCUSDT']);
    const back = follow({ kinds: ['quote'] });
    expect(prices(back.heard)).toEqual([100]);
    back.end();
    await clock.advance(11 * SECOND);
    expect([vendor.followed(), vendor.closed(), live.status()]).toEqual([[], 1, []]);
    expect(clock.sleepers()).toBe(0);
  });

  it('is one connection for all symbols of a vendor', () => {
    const { vendor, follow } = openMarket();
    follow();
    follow({}, 'ETHUSDT');
    expect(vendor.opened()).toBe(1);
    expect(vendor.followed()).toEqual(['BTCUSDT', 'ETHUSDT']);
  });

  it('goes on counting where it ended', async () => {
    const { follow, say, clock } = openMarket();
    const { end } = follow();
    say.up();
    say.quote(1);
    end();
    await clock.advance(20 * SECOND);
    const again = follow();
    say.up();
    say.quote(2);
    expect(numbers(again.heard)).toEqual([2]);
  });

  it('falls back to the next vendor of the chain, and then to asking', async () => {
    const [first, second] = [scriptedStream(), scriptedStream()];
    const { follow, live, quote, notices, clock } = openMarket({
      vendorsOf: () => [
        { name: 'alpaca', stream: first.open },
        { name: 'binance', stream: second.open },
      ],
    });
    const { heard } = follow({ kinds: ['quote'] });
    first.say({ kind: 'refused', reason: 'The key is not valid.' });
    expect(live.status()[0]!.vendor).toBe('binance');
    second.say({ kind: 'up' });
    second.say({ kind: 'quote', quote: quote(7) });
    second.say({ kind: 'fault', reason: 'No such pair.', symbol: 'BTCUSDT' });
    await clock.advance(2 * SECOND);
    expect(heard.at(-1)).toMatchObject({ quote: { source: 'polled' } });
    expect(notices.join()).toMatch(/alpaca does not stream to this desk: The key is not valid.*No such pair/);
    expect(first.closed()).toBe(1);
  });
});

describe('a vendor with several connections', () => {
  it('keeps what the other ones carry when one is away or refused', async () => {
    const [first, second] = [scriptedStream(), scriptedStream()];
    const { follow, live, quote, notices } = openMarket({
      vendorsOf: () => [
        { name: 'alpaca', stream: first.open },
        { name: 'binance', stream: second.open },
      ],
    });
    const coins = follow({ kinds: ['quote', 'gap'] }, 'BTCUSDT');
    const shares = follow({ kinds: ['quote', 'gap'] }, 'AAPL');
    first.say({ kind: 'up', symbols: ['BTCUSDT'] });
    first.say({ kind: 'up', symbols: ['AAPL'] });
    first.say({ kind: 'down', reason: 'cut', retryInMs: 1, symbols: ['AAPL'] });
    first.say({ kind: 'quote', quote: quote(3) });
    expect(coins.heard.map(({ kind }) => kind)).toEqual(['quote']);
    expect(shares.heard.map(({ kind }) => kind)).toEqual(['gap']);
    first.say({ kind: 'refused', reason: 'no plan', symbols: ['AAPL'] });
    const vendors = Object.fromEntries(live.status().map(({ symbol, vendor }) => [symbol, vendor]));
    expect(vendors).toEqual({ BTCUSDT: 'alpaca', AAPL: 'binance' });
    expect([first.closed(), second.followed()]).toEqual([0, ['AAPL']]);
    for (let i = 0; i < 3; i++) first.say({ kind: 'fault', reason: 'Rubbish.' });
    expect(notices.filter((each) => each.includes('Rubbish'))).toHaveLength(1);
    expect(live.status().find(({ symbol }) => symbol === 'BTCUSDT')!.vendor).toBe('alpaca');
  });
});

describe('where nobody streams', () => {
  it('quotes are asked for every two seconds, more slowly after failures', async () => {
    let asked = 0;
    let broken = false;
    const { follow, clock, notices, quote } = openMarket({
      quote: async (symbol) => {
        asked++;
        if (broken) throw new Error('The vendor is down.');
        return quote(asked, symbol, 'yahoo');
      },
    });
    const { heard } = follow({ kinds: ['quote'] }, 'EURUSD');
    await clock.advance(0);
    await clock.advance(10 * SECOND);
    expect(numbers(heard)).toEqual([1, 2, 3, 4, 5, 6]);
    broken = true;
    await clock.advance(60 * SECOND);
    expect(asked).toBeLessThan(14);
    expect(notices).toHaveLength(1);
  });

  it('an answer that has not changed is no news', async () => {
    const same = { symbol: 'EURUSD', bid: 1, ask: 2, eventTime: START, receiveTime: START, source: 'yahoo' };
    const { follow, clock } = openMarket({ quote: async () => same });
    const { heard } = follow({ kinds: ['quote'] }, 'EURUSD');
    await clock.advance(30 * SECOND);
    expect(heard).toHaveLength(1);
  });

  it('the simulated market brings quotes and minutes, so that the whole works offline', async () => {
    const clock = fakeClock(START);
    const market = simulatedMarket({ clock });
    const live = createLiveMarket({
      clock,
      sessions: sessionCalendar,
      instrumentOf: requireInstrument,
      vendorsOf: () => [],
      quote: (symbol) => market.quote!(requireInstrument(symbol)),
      backfill: async (symbol, from) => ({
        bars: market.barsAt(requireInstrument(symbol), '1m', from, clock.now(), clock.now()),
        simulated: true,
      }),
      recentTicks: 10,
      staleAfter: MINUTE,
      notice: () => {},
      onFailure: () => {},
    });
    used.push(live);
    const heard: LiveEvent[] = [];
    live.follow('EURUSD', (event) => heard.push(event));
    await clock.advance(3 * MINUTE + 5 * SECOND);
    const bars = heard.filter((event) => event.kind === 'bar');
    expect(bars.map(({ bar }) => bar)).toEqual(
      market.barsAt(requireInstrument('EURUSD'), '1m', START, START + 3 * MINUTE, clock.now()),
    );
    expect(heard.filter(({ kind }) => kind === 'quote').length).toBeGreaterThan(90);
    expect(numbers(heard)).toEqual(heard.map((_, i) => i + 1));
  });
});

describe('a pace', () => {
  it('lets the newest win, and the last one always comes', async () => {
    const { follow, say, clock } = openMarket();
    const { heard } = follow({ kinds: ['quote', 'tick'], everyMs: 500 });
    say.up();
    for (let price = 1; price <= 9; price++) {
      say.quote(price);
      await clock.advance(100);
    }
    await clock.advance(SECOND);
    expect(prices(heard)).toEqual([1, 5, 9]);
  });

  it('holds back no complete bar, gap or silence', async () => {
    const { vendor, follow, say } = openMarket();
    const { heard } = follow({ everyMs: 60_000 });
    say.up();
    for (const at of [START, START + MINUTE, START + 2 * MINUTE]) {
      vendor.say({ kind: 'bar', symbol: 'BTCUSDT', interval: '1m', bar: barAt(at), complete: true });
    }
    say.down();
    expect(heard.map(({ kind }) => kind)).toEqual(['bar', 'bar', 'bar', 'gap']);
  });
});

describe('a slow follower', () => {
  it('gets the newest of each kind and one marker for what it missed', async () => {
    let slow = true;
    const { follow, say, clock } = openMarket();
    const { heard } = follow({ behind: () => slow });
    say.up();
    say.quote(1);
    say.tick(10);
    say.tick(11);
    say.tick(12);
    say.quote(2);
    expect(heard).toEqual([]);
    slow = false;
    await clock.advance(SECOND / 2);
    expect(heard).toMatchObject([
      { kind: 'gap', from: 1, to: 3, sequence: 3, reason: 'slow' },
      { kind: 'tick', sequence: 4 },
      { kind: 'quote', sequence: 5 },
    ]);
  });

  it('that never catches up costs a bounded amount of memory', async () => {
    const { vendor, follow, say, clock } = openMarket();
    let slow = true;
    const { heard } = follow({ kinds: ['bar', 'gap'], behind: () => slow });
    say.up();
    for (let i = 0; i < 1_000; i++) {
      vendor.say({ kind: 'bar', symbol: 'BTCUSDT', interval: '1m', bar: barAt(START + i * MINUTE), complete: true });
    }
    slow = false;
    await clock.advance(SECOND);
    expect(heard).toHaveLength(257);
    expect(heard[0]).toMatchObject({ kind: 'gap', from: 1, to: 744 });
    expect(heard.at(-1)!.sequence).toBe(1_000);
  });
});

describe('coming back', () => {
  it('gets what it missed, in order', () => {
    const { follow, say } = openMarket();
    follow();
    say.up();
    for (const price of [1, 2, 3, 4]) say.tick(price);
    expect(numbers(follow({ after: 2 }).heard)).toEqual([3, 4]);
    expect(follow({ after: 4 }).heard).toEqual([]);
  });

  it('gets a marker for what is not held any more', () => {
    const { follow, say } = openMarket();
    follow();
    say.up();
    for (let i = 1; i <= 1_010; i++) say.tick(i);
    const { heard } = follow({ after: 4 });
    expect(heard[0]).toMatchObject({ kind: 'gap', from: 5, to: 10, sequence: 10, reason: 'expired' });
    expect(numbers(heard.slice(1))).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 11));
  });

  it('with a number of another life starts over', () => {
    const { follow, say } = openMarket();
    follow();
    say.up();
    say.quote(1);
    expect(follow({ after: 500 }).heard).toMatchObject([{ kind: 'quote' }, { kind: 'gap', to: 1, reason: 'expired' }]);
  });

  it('never hears a number twice nor out of order, and knows of every one it lacks', () => {
    const ticks = fc.integer({ min: 0, max: 1_500 });
    fc.assert(
      fc.property(ticks, fc.nat(1_500), ticks, (before, after, later) => {
        const { follow, say } = openMarket();
        follow({ kinds: [] });
        say.up();
        for (let i = 0; i < before; i++) say.tick(i + 1);
        const { heard } = follow({ after: Math.min(after, before) });
        for (let i = 0; i < later; i++) say.tick(i + 1);
        let known = Math.min(after, before);
        for (const event of heard) {
          if (event.kind === 'gap') expect(event.from).toBe(known + 1);
          else expect(event.sequence).toBe(known + 1);
          known = event.sequence;
        }
        expect(known).toBe(before + later);
      }),
      { numRuns: 30 },
    );
  });
});

describe('what is held', () => {
  it('is the newest prints, each once', () => {
    const { live, follow, say } = openMarket();
    follow();
    say.up();
    for (let i = 1; i <= 7; i++) say.tick(i, String(i));
    say.tick(7, '7');
    expect(live.recentTicks('BTCUSDT').map(({ price }) => price)).toEqual([3, 4, 5, 6, 7]);
    expect(live.recentTicks('BTCUSDT', 2).map(({ price }) => price)).toEqual([6, 7]);
    expect(live.recentTicks('ETHUSDT')).toEqual([]);
  });

  it('is never a crossed quote or a price that is none', () => {
    const { live, follow, say, vendor, quote } = openMarket();
    const { heard } = follow({ kinds: ['quote', 'tick'] });
    say.up();
    vendor.say({ kind: 'quote', quote: { ...quote(10), ask: 9 } });
    say.tick(-1);
    say.tick(Number.NaN);
    expect(heard).toEqual([]);
    expect(live.status()[0]).toMatchObject({ rejected: 3, sequence: 0 });
  });
});

describe('silence', () => {
  it('of a feed while its market is open is told, and its end too', async () => {
    const { follow, say, clock, live } = openMarket();
    const { heard } = follow({ kinds: ['stale'] });
    say.up();
    say.quote(1);
    await clock.advance(59 * SECOND);
    expect(heard).toEqual([]);
    await clock.advance(2 * SECOND);
    expect(heard).toMatchObject([{ stale: true }]);
    expect(live.status()[0]!.stale).toBe(true);
    say.quote(2);
    expect(heard).toMatchObject([{ stale: true }, { stale: false }]);
  });

  it('of a market that is shut is none', async () => {
    const friday = Date.UTC(2025, 5, 20, 20, 59, 30);
    const same = { symbol: 'EURUSD', bid: 1, ask: 2, eventTime: friday, receiveTime: friday, source: 'oanda' };
    const { follow, clock } = openMarket({ quote: async () => same });
    await clock.set(friday);
    const { heard } = follow({ kinds: ['stale'] }, 'EURUSD');
    await clock.advance(2 * 60 * MINUTE);
    expect(heard).toEqual([]);
  });
});

describe('a connection that breaks', () => {
  it('is a gap for its followers, quotes are asked for meanwhile, and the missed minutes come when it is back', async () => {
    const { follow, say, clock, backfills, polls } = openMarket();
    const { heard } = follow();
    say.up();
    say.tick(100);
    await clock.advance(30 * SECOND);
    say.down();
    say.down();
    expect(heard.filter(({ kind }) => kind === 'gap')).toMatchObject([
      { reason: 'disconnected', since: START, sequence: 3, from: 3, to: 3 },
    ]);
    await clock.advance(20 * SECOND);
    expect(polls()).toBeGreaterThan(5);
    const before = polls();
    await clock.advance(55 * SECOND);
    say.up();
    await clock.advance(MINUTE);
    expect(polls() - before).toBeLessThan(40);
    const bars = heard.filter((event) => event.kind === 'bar');
    expect(backfills[0]).toBe(START);
    expect(bars.map(({ bar, complete }) => [bar.openTime - START, complete])).toEqual([
      [0, false],
      [0, true],
      [MINUTE, true],
    ]);
    expect(numbers(heard)).toEqual(heard.map((_, i) => i + 1));
  });

  it('makes bars of the prints of whole minutes only', async () => {
    const { follow, say, clock, backfills } = openMarket();
    await clock.set(START + 20 * SECOND);
    const { heard } = follow({ kinds: ['bar'] });
    say.up();
    say.tick(1);
    await clock.set(START + MINUTE + 5 * SECOND);
    say.tick(50);
    say.tick(52);
    say.tick(51, undefined, START + 30 * SECOND);
    await clock.set(START + 2 * MINUTE + 5 * SECOND);
    const complete = heard.flatMap((event) => (event.kind === 'bar' && event.complete ? [event.bar] : []));
    expect(complete).toMatchObject([
      { openTime: START, close: 100 },
      { openTime: START + MINUTE, open: 50, close: 52, volume: 2 },
    ]);
    expect(heard.some((event) => event.kind === 'bar' && !event.complete)).toBe(true);
    expect(backfills).toEqual([START]);
  });
});

describe('a listener that throws', () => {
  it('is reported and stops nobody else', () => {
    const { live, follow, say, failures } = openMarket();
    live.follow('BTCUSDT', () => {
      throw new Error('the page is gone');
    });
    const { heard } = follow();
    say.up();
    say.quote(1);
    expect(heard).toHaveLength(1);
    expect(failures).toHaveLength(1);
  });
});
