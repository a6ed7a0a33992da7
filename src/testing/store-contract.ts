import { describe, expect, it } from 'vitest';
import type { CorporateAction } from '../domain/corporate-action.ts';
import { requireInstrument } from '../domain/instruments.ts';
import type { NewsItem } from '../domain/news.ts';
import { DAY, HOUR } from '../domain/time.ts';
import type { Stores } from '../ports/store.ts';
import { barStoreContract } from './bar-store-contract.ts';
import { calendarStoreContract } from './calendar-store-contract.ts';

/** Monday 2025-06-16 00:00 UTC. */
const START = Date.UTC(2025, 5, 16);
let counter = 0;
/** Tests share one database, so each takes names of its own. */
const fresh = (prefix: string) => `${prefix}-${++counter}`;

/** What every set of stores must do. `now` is what the clock given to them says; `setNow` moves it. */
export function storesContract(stores: () => Stores, setNow: (time: number) => void) {
  barStoreContract(stores);

  describe('quotes', () => {
    it('are the newest at the moment asked about', async () => {
      const symbol = fresh('EURUSD');
      const quote = { symbol, bid: 1.1, ask: 1.1002, eventTime: START, receiveTime: START + 5, source: 'sim' };
      expect(await stores().quotes.latest(symbol, START)).toBeUndefined();
      await stores().quotes.write({ ...quote, simulated: true });
      await stores().quotes.write({ ...quote, bid: 1.2, eventTime: START + 1_000 });
      await stores().quotes.write(quote);
      expect(await stores().quotes.latest(symbol, START + 999)).toEqual({ ...quote, simulated: true });
      expect(await stores().quotes.latest(symbol, START + 1_000)).toMatchObject({ bid: 1.2 });
      expect(await stores().quotes.latest(symbol, START - 1)).toBeUndefined();
    });

    it('of many symbols are written at once, each once', async () => {
      const symbols = [fresh('EURUSD'), fresh('A,"{}B')];
      const quotes = symbols.flatMap((symbol) =>
        [0, 1].map((n) => ({
          symbol,
          bid: 1 + n,
          ask: 2 + n,
          eventTime: START + n,
          receiveTime: START,
          source: 'sim',
        })),
      );
      await stores().quotes.writeMany([...quotes, quotes[0]!, { ...quotes[1]!, bid: 9, simulated: true }]);
      await stores().quotes.writeMany([]);
      for (const symbol of symbols) {
        const [first, second] = quotes.filter((each) => each.symbol === symbol);
        expect(await stores().quotes.latest(symbol, START)).toEqual(first);
        expect(await stores().quotes.latest(symbol, START + 1)).toEqual(second);
      }
    });
  });

  describe('news', () => {
    const item = (change: Partial<NewsItem>): NewsItem => ({
      id: fresh('news'),
      headline: 'Euro rises',
      source: 'wire',
      tier: 1,
      eventTime: START,
      receiveTime: START + 60_000,
      symbols: ['EURUSD'],
      ...change,
    });

    it('is found by symbol and time, newest first, and stored once', async () => {
      const symbol = fresh('EURUSD');
      const early = item({ symbols: [symbol, 'USDJPY'], summary: 'A summary', url: 'https://example.org/a' });
      const late = item({ symbols: [symbol], eventTime: START + HOUR });
      const other = item({ symbols: ['XAUUSD'] });
      const simulated = item({ symbols: [symbol], simulated: true });
      await stores().news.write([early, late, other, simulated]);
      await stores().news.write([{ ...early, headline: 'Changed' }]);
      const query = { symbol, asOf: START + HOUR, from: START, limit: 10 };
      const found = await stores().news.read(query);
      expect(found[0]).toEqual(late);
      expect(found).toHaveLength(3);
      expect(found).toContainEqual(early);
      expect(await stores().news.read({ ...query, simulated: false })).toEqual([late, early]);
      expect(await stores().news.read({ ...query, simulated: true })).toEqual([simulated]);
      expect(await stores().news.read({ ...query, asOf: START + HOUR - 1, simulated: false })).toEqual([early]);
      expect(await stores().news.read({ ...query, limit: 1 })).toEqual([late]);
      const all = await stores().news.read({ asOf: START, from: START, limit: 100 });
      expect(all.map((each) => each.id)).toContain(other.id);
    });

    it("keeps strangers' text harmless", async () => {
      const odd = item({ headline: `'; drop table news; -- \0 "quoted" \\ 🙂`, symbols: [fresh('A"B'), 'x,y{}'] });
      await stores().news.write([odd]);
      const [found] = await stores().news.read({ symbol: odd.symbols[0]!, asOf: START, from: START, limit: 1 });
      expect(found).toEqual({ ...odd, headline: odd.headline.replace('\0', '') });
      await stores().news.write([]);
    });
  });

  calendarStoreContract(stores, setNow);

  describe('settings', () => {
    it('are what was set last, whatever their shape', async () => {
      const name = fresh('universe');
      expect(await stores().settings.get(name)).toBeUndefined();
      await stores().settings.set(name, ['EURUSD'], 'owner');
      await stores().settings.set(
        name,
        { symbols: ['EURUSD'], limit: 5_000_000_000n, off: false, none: null },
        'owner',
      );
      const value = { symbols: ['EURUSD'], limit: 5_000_000_000n, off: false, none: null };
      expect(await stores().settings.get(name)).toEqual(value);
    });
  });

  describe('fetched ranges', () => {
    const series = () => ({ symbol: fresh('EURUSD'), interval: '1h' as const, source: 'mt5' });

    it('are joined where they touch, and kept apart by source', async () => {
      const of = series();
      const { fetched } = stores();
      await fetched.add({ ...of, from: 100, to: 200 });
      await fetched.add({ ...of, from: 300, to: 400 });
      await fetched.add({ ...of, source: 'yahoo', from: 0, to: 1_000 });
      expect(await fetched.list(of)).toEqual([
        { from: 100, to: 200 },
        { from: 300, to: 400 },
      ]);
      await fetched.add({ ...of, from: 200, to: 310 });
      expect(await fetched.list(of)).toEqual([{ from: 100, to: 400 }]);
    });

    it('stay disjoint when several are added at once', async () => {
      const of = series();
      const { fetched } = stores();
      await Promise.all([5, 3, 1, 0, 2, 4].map((n) => fetched.add({ ...of, from: n * 10, to: n * 10 + 10 })));
      expect(await fetched.list(of)).toEqual([{ from: 0, to: 60 }]);
    });
  });

  describe('corporate actions', () => {
    const split = (id: string, symbol: string, change: Partial<CorporateAction> = {}): CorporateAction =>
      ({
        id,
        symbol,
        kind: 'split',
        ratio: 4,
        effectiveTime: START + 10 * DAY,
        eventTime: START,
        receiveTime: START + HOUR,
        source: 'polygon',
        ...change,
      }) as CorporateAction;

    it('are known from their announcement on, and a correction only to whoever asks after it came', async () => {
      const symbol = fresh('AAPL');
      const id = fresh('split');
      const { corporateActions } = stores();
      const moved = { effectiveTime: START + 12 * DAY, receiveTime: START + 2 * DAY };
      await corporateActions.write([split(id, symbol)]);
      await corporateActions.write([split(id, symbol, { receiveTime: START + DAY })]);
      await corporateActions.write([split(id, symbol, moved)]);
      expect(await corporateActions.read({ symbol, asOf: START - 1 })).toEqual([]);
      expect(await corporateActions.read({ symbol, asOf: START })).toEqual([split(id, symbol, moved)]);
      expect(await corporateActions.read({ symbol, asOf: START, knownAt: START + DAY })).toEqual([split(id, symbol)]);
      const before = { symbol, asOf: START, to: START + 11 * DAY };
      expect(await corporateActions.read(before)).toEqual([]);
    });

    it('of which only the day of asking is known are no new version when told again', async () => {
      const symbol = fresh('AAPL');
      const id = fresh('earnings');
      const { corporateActions } = stores();
      const toCome = (at: number) => split(id, symbol, { eventTime: at, receiveTime: at });
      await corporateActions.write([toCome(START)]);
      await corporateActions.write([toCome(START + DAY)]);
      expect(await corporateActions.read({ symbol, asOf: START + 2 * DAY })).toEqual([toCome(START)]);
      const changed = { ...toCome(START + 3 * DAY), effectiveTime: START + 20 * DAY };
      await corporateActions.write([changed]);
      expect(await corporateActions.read({ symbol, asOf: START + 2 * DAY })).toEqual([toCome(START)]);
      expect(await corporateActions.read({ symbol, asOf: START + 3 * DAY })).toEqual([changed]);
    });

    it('come by kind, earliest first', async () => {
      const symbol = fresh('AAPL');
      const { corporateActions } = stores();
      const dividend = { kind: 'dividend', amount: 0.25, currency: 'USD', ratio: undefined } as never;
      await corporateActions.write([
        split(fresh('split'), symbol),
        split(fresh('dividend'), symbol, { ...(dividend as object), effectiveTime: START + DAY }),
      ]);
      const all = await corporateActions.read({ symbol, asOf: START });
      expect(all.map((each) => each.kind)).toEqual(['dividend', 'split']);
      const splits = await corporateActions.read({ symbol, asOf: START, kinds: ['split'] });
      expect(splits.map((each) => each.kind)).toEqual(['split']);
    });
  });

  describe('macro series', () => {
    it('show a revision only from its own release on', async () => {
      const series = fresh('CPIAUCSL');
      const { macro } = stores();
      const value = (period: number, value: number, eventTime: number) => ({
        ...{ series, period, value, eventTime, receiveTime: eventTime + HOUR },
        source: 'fred',
      });
      const first = value(START, 310.1, START + 40 * DAY);
      const revised = value(START, 310.4, START + 70 * DAY);
      const next = value(START + 30 * DAY, 311, START + 70 * DAY);
      await macro.write([revised, first, next]);
      await macro.write([first]);
      const read = (asOf: number, limit = 10) => macro.read({ series, asOf, limit });
      expect(await read(START + 39 * DAY)).toEqual([]);
      expect(await read(START + 50 * DAY)).toEqual([first]);
      expect(await read(START + 70 * DAY)).toEqual([revised, next]);
      expect(await read(START + 70 * DAY, 1)).toEqual([next]);
      const known = await macro.read({ series, asOf: START + 90 * DAY, knownAt: START + 70 * DAY, limit: 10 });
      expect(known).toEqual([first]);
    });

    it('keep what they are', async () => {
      const id = fresh('DGS10');
      const described = {
        ...{ id, title: 'Ten years', unit: 'Percent', currency: 'USD', source: 'fred' },
        frequency: 'daily' as const,
      };
      await stores().macro.saveSeries({ ...described, title: 'Old title' });
      await stores().macro.saveSeries(described);
      expect((await stores().macro.series()).filter((each) => each.id === id)).toEqual([described]);
      setNow(START + DAY);
      await stores().macro.saveSeries(described);
      expect(await stores().macro.find(id)).toEqual({ series: described, fetchedAt: START + DAY });
      expect(await stores().macro.find('nobody has it')).toBeUndefined();
    });
  });

  describe('added instruments', () => {
    it('come back exactly, amounts and all, with their newest terms', async () => {
      const symbol = fresh('NFLX');
      const instrument = { ...requireInstrument('AAPL'), symbol, vendorCodes: { polygon: symbol } };
      await stores().instruments.save({ ...instrument, name: 'Old name' }, 'polygon');
      await stores().instruments.save(instrument, 'polygon');
      expect((await stores().instruments.list()).filter((each) => each.symbol === symbol)).toEqual([instrument]);
    });
  });

  describe('leases', () => {
    it('are held by one at a time, and renewed by who holds them', async () => {
      const { leases } = stores();
      const name = fresh('live');
      expect(await leases.acquire(name, 'a', 60_000)).toEqual({ token: 1 });
      expect(await leases.acquire(name, 'b', 60_000)).toBeUndefined();
      expect(await leases.acquire(name, 'a', 60_000)).toEqual({ token: 1 });
      expect(await leases.acquire(fresh('other'), 'b', 60_000)).toEqual({ token: 1 });
    });

    it('pass on with a higher token when they run out or are let go', async () => {
      const { leases } = stores();
      const name = fresh('live');
      await leases.acquire(name, 'a', 0);
      expect(await leases.acquire(name, 'b', 60_000)).toEqual({ token: 2 });
      await leases.release(name, 'a');
      expect(await leases.acquire(name, 'a', 60_000)).toBeUndefined();
      await leases.release(name, 'b');
      expect(await leases.acquire(name, 'a', 0)).toEqual({ token: 3 });
      // One's own that had run out is no renewal: somebody else may have held it meanwhile.
      expect(await leases.acquire(name, 'a', 60_000)).toEqual({ token: 4 });
    });

    it('go to exactly one of many who ask at once', async () => {
      const { leases } = stores();
      const name = fresh('live');
      const asked = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((holder) => leases.acquire(name, holder, 60_000)));
      expect(asked.filter((each) => each !== undefined)).toEqual([{ token: 1 }]);
    });
  });

  describe('users and their sessions', () => {
    const user = (name: string) => ({ id: fresh('user'), name, role: 'owner' as const, createdAt: START });

    it('are found by id and by name, and can get a password', async () => {
      const owner = user(fresh('Ada'));
      await stores().users.save(owner);
      expect(await stores().users.byName(owner.name)).toEqual(owner);
      await stores().users.save({ ...owner, passwordHash: 'scrypt$x' });
      expect(await stores().users.byId(owner.id)).toEqual({ ...owner, passwordHash: 'scrypt$x' });
      expect(await stores().users.byName('nobody')).toBeUndefined();
      expect(await stores().users.byId('nobody')).toBeUndefined();
      expect((await stores().users.list()).map((each) => each.id)).toContain(owner.id);
      const other = user(owner.name);
      await expect(stores().users.save(other)).rejects.toMatchObject({ code: 'conflict' });
    });

    it('stay signed in until the session ends or expires', async () => {
      const owner = user(fresh('Ada'));
      await stores().users.save(owner);
      const session = {
        tokenHash: fresh('hash'),
        userId: owner.id,
        scopes: ['market:read', 'trade:paper'],
        createdAt: START,
        expiresAt: START + DAY,
        label: 'Firefox',
      };
      setNow(START);
      await stores().users.saveSession(session);
      await stores().users.saveSession({ ...session, label: 'Chromium' });
      expect(await stores().users.session(session.tokenHash)).toEqual({ ...session, label: 'Chromium' });
      setNow(START + DAY);
      expect(await stores().users.session(session.tokenHash)).toBeUndefined();
      setNow(START);
      await stores().users.endSession(session.tokenHash);
      expect(await stores().users.session(session.tokenHash)).toBeUndefined();
    });
  });
}
