import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, toIso } from '../../src/domain/time.ts';
import type { ToolDeps } from '../deps.ts';
import { type McpMount, mount } from '../shell.ts';
import { auth, connect, type TestClient } from '../testing/clients.ts';
import { options, readingDesk, type TestDesk } from '../testing/desk.ts';
import { marketDataServer } from './server.ts';

let desk: TestDesk;
let server: McpMount;
let client: TestClient;
beforeAll(async () => {
  desk = await readingDesk();
  server = mount(marketDataServer, desk as unknown as ToolDeps, options);
  client = await connect(server, { as: auth('market:read') });
});
afterAll(() => desk.close());

type Row = [string, number, number, number, number, number];
const ask = async (tool: string, args: Record<string, unknown> = {}) => {
  const outcome = await client.call(tool, args);
  expect(outcome.error).toBeUndefined();
  expect(JSON.parse(outcome.content[0]!.text)).toEqual(outcome.structuredContent);
  return outcome.structuredContent as { data: never; meta: Record<string, unknown> };
};

describe('get_bars', () => {
  it('gives complete bars only, oldest first, labelled as simulated', async () => {
    const { data, meta } = await ask('get_bars', { symbol: 'EUR/USD', timeframe: '1Hour', limit: '24' });
    const { symbol, interval, columns, rows } = data as {
      symbol: string;
      interval: string;
      columns: string[];
      rows: Row[];
    };
    expect({ symbol, interval }).toEqual({ symbol: 'EURUSD', interval: '1h' });
    expect(columns).toEqual(['openTime', 'open', 'high', 'low', 'close', 'volume']);
    expect(rows).toHaveLength(24);
    const opened = rows.map(([time]) => Date.parse(time));
    expect(opened).toEqual([...opened].sort((a, b) => a - b));
    expect(opened.at(-1)! + HOUR).toBeLessThanOrEqual(desk.clock.now());
    for (const [, open, high, low, close] of rows) {
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
      expect(low).toBeLessThanOrEqual(Math.min(open, close));
    }
    expect(meta).toMatchObject({ source: 'simulated', simulated: true, quality: { flags: ['simulated'] } });
    expect(meta.notices).toEqual([expect.stringContaining('SIMULATED')]);
  });

  it('pages back in time without a gap or a bar twice', async () => {
    const whole = (await ask('get_bars', { symbol: 'BTCUSDT', limit: 100 })).data as { rows: Row[] };
    const pages: Row[][] = [];
    let cursor: unknown;
    for (let i = 0; i < 4; i++) {
      const { data, meta } = await ask('get_bars', { symbol: 'BTCUSDT', limit: 25, cursor });
      pages.unshift((data as { rows: Row[] }).rows);
      cursor = meta.cursor;
    }
    expect(pages.flat()).toEqual(whole.rows);
  });

  it('ends at the first bar after from', async () => {
    const from = toIso(desk.clock.now() - 10 * HOUR);
    const { data, meta } = await ask('get_bars', { symbol: 'BTCUSDT', from, limit: 50 });
    expect((data as { rows: Row[] }).rows).toHaveLength(10);
    expect((data as { rows: Row[] }).rows[0]![0]).toBe(from);
    expect(meta.cursor).toBeUndefined();
  });

  it('shows at a past moment what was known then, and nothing of what came after', async () => {
    const asOf = desk.clock.now() - 3 * DAY + 17;
    const { data, meta } = await ask('get_bars', { symbol: 'EURUSD', asOf: toIso(asOf), limit: 5 });
    expect(Date.parse((data as { rows: Row[] }).rows.at(-1)![0]) + HOUR).toBeLessThanOrEqual(asOf);
    expect(Date.parse(meta.asOf as string)).toBeLessThanOrEqual(asOf);
  });

  it('stays within the default size and refuses what makes no sense', async () => {
    const outcome = await client.call('get_bars', { symbol: 'BTCUSDT' });
    expect(outcome.content[0]!.text.length).toBeLessThan(6_500);
    const future = toIso(desk.clock.now() + DAY);
    expect((await client.call('get_bars', { symbol: 'EURUSD', asOf: future })).error?.message).toContain('future');
    expect((await client.call('get_bars', { symbol: 'EURUSD', from: future })).error?.code).toBe('invalid_input');
    expect((await client.call('get_bars', { symbol: 'EURUSD', cursor: 'nonsense' })).error?.code).toBe('invalid_input');
    expect((await client.call('get_bars', { symbol: 'EURUSD', limit: 5000 })).error?.code).toBe('invalid_input');
  });

  it('answers an unknown symbol with suggestions, never with a guess', async () => {
    const { error } = await client.call('get_bars', { symbol: 'EURUSDD' });
    expect(error).toMatchObject({
      code: 'unknown_symbol',
      details: { suggestions: expect.arrayContaining(['EURUSD']) },
    });
  });
});

describe('imported history', () => {
  it('wins over the simulated market, is named, and counts as stale once the market has moved on', async () => {
    const end = desk.clock.now() - 30 * DAY;
    const { bars } = await desk.marketData.history({ symbol: 'USDCHF', interval: '1h', limit: 300, asOf: end });
    await desk.stores.bars.write({
      symbol: 'USDCHF',
      interval: '1h',
      source: 'file:usdchf.csv',
      simulated: false,
      bars,
    });
    const { data, meta } = await ask('get_bars', { symbol: 'USD/CHF', limit: 100 });
    const rows = (data as { rows: Row[] }).rows;
    expect(rows.at(-1)![4]).toBe(bars.at(-1)!.close);
    expect(meta).toMatchObject({
      source: 'file:usdchf.csv',
      asOf: toIso(bars.at(-1)!.closeTime),
      freshness: { stale: true },
      quality: { flags: expect.arrayContaining(['stale']) },
    });
    expect(meta.simulated).toBeUndefined();
    const older = await ask('get_bars', { symbol: 'USDCHF', limit: 200, cursor: meta.cursor });
    expect((older.data as { rows: Row[] }).rows).toHaveLength(200);
    expect(older.meta.cursor).toBeUndefined();
    expect((older.data as { rows: Row[] }).rows[0]![0]).toBe(toIso(bars[0]!.openTime));
  });
});

describe('instruments', () => {
  it('resolves spellings, and says what a doubtful one could mean', async () => {
    expect((await ask('resolve_symbol', { symbol: 'gold' })).data).toMatchObject({
      outcome: 'found',
      instrument: { symbol: 'XAUUSD', tick: expect.any(String), calendar: 'fx' },
    });
    const unknown = (await ask('resolve_symbol', { symbol: 'EURSUD' })).data;
    expect(unknown).toMatchObject({ outcome: 'unknown', candidates: expect.arrayContaining(['EURUSD']) });
  });

  it('lists them by class and search', async () => {
    const { data } = await ask('list_instruments', { assetClass: 'fx', search: 'jpy' });
    const found = (data as { instruments: { symbol: string; assetClass: string }[] }).instruments;
    expect(found.map((each) => each.symbol)).toContain('USDJPY');
    expect(found.every((each) => each.assetClass === 'fx')).toBe(true);
  });
});

describe('quotes', () => {
  it('gives bid under ask, in pips, with its source', async () => {
    const { data, meta } = await ask('get_latest_quote', { symbol: 'EURUSD' });
    const { bid, ask: offer, mid } = data as { bid: number; ask: number; mid: number };
    expect(bid).toBeLessThan(offer);
    expect(mid).toBeCloseTo((bid + offer) / 2, 9);
    expect(meta).toMatchObject({ simulated: true, freshness: { stale: false } });
  });

  it('compares a closed market with the day before, not with itself', async () => {
    const closes = async (asOf: string) => {
      const at = Date.parse(asOf);
      const [{ bars }, quote] = await Promise.all([
        desk.marketData.history({ symbol: 'EURUSD', interval: '1d', limit: 3, asOf: at }),
        desk.marketData.quote('EURUSD', at),
      ]);
      return { bars: bars.map((bar) => bar.close), mid: (quote.bid + quote.ask) / 2 };
    };
    const changeOf = async (asOf: string) => {
      const { data } = await ask('get_snapshot', { symbols: ['EURUSD'], asOf });
      return (data as { snapshots: { change: Record<string, number> }[] }).snapshots[0]!.change['1d'];
    };
    const [friday, saturday] = ['2025-06-13T15:00:00Z', '2025-06-14T15:00:00Z'];
    const open = await closes(friday);
    expect(await changeOf(friday)).toBeCloseTo(open.mid / open.bars.at(-1)! - 1, 5);
    const shut = await closes(saturday);
    expect(await changeOf(saturday)).toBeCloseTo(shut.mid / shut.bars.at(-2)! - 1, 5);
    expect(await changeOf(saturday)).not.toBe(0);
  });

  it('summarises several symbols, and one failure does not spoil the others', async () => {
    const { data, meta } = await ask('get_snapshot', { symbols: 'EURUSD,NOSUCHTHING,AAPL' });
    const { snapshots } = data as { snapshots: Record<string, unknown>[] };
    expect(snapshots.map((each) => each.symbol)).toEqual(['EURUSD', 'NOSUCHTHING', 'AAPL']);
    expect(snapshots[0]).toMatchObject({ mid: expect.any(Number), change: { '1d': expect.any(Number) }, stale: false });
    expect(snapshots[1]).toMatchObject({ error: { code: 'unknown_symbol' } });
    expect(meta.simulated).toBe(true);
  });
});

describe('sessions, calendar and sources', () => {
  it('knows that FX sleeps at the weekend and crypto does not', async () => {
    const saturday = '2025-06-14T12:00:00Z';
    const { data } = await ask('get_clock', { asOf: saturday });
    const { markets } = data as { markets: Record<string, unknown>[] };
    expect(markets.slice(0, 3)).toMatchObject([
      { market: 'fx', open: false, nextOpen: '2025-06-15T21:00:00.000Z', nextClose: '2025-06-16T21:00:00.000Z' },
      { market: 'crypto', open: true, nextOpen: null, nextClose: null },
      { market: 'us-equity', open: false, nextOpen: '2025-06-16T13:30:00.000Z' },
    ]);
    expect((await ask('get_clock', { symbols: ['AAPL'] })).data).toMatchObject({
      markets: [{ market: 'AAPL', open: true }],
    });
  });

  it('lists trading days with early closes, and holidays by name', async () => {
    const { data } = await ask('get_calendar', { market: 'us-equity', start: '2025-11-26', end: '2025-11-28' });
    expect(data).toMatchObject({
      market: 'us-equity',
      days: [
        { date: '2025-11-26', sessions: [['2025-11-26T14:30:00.000Z', '2025-11-26T21:00:00.000Z']] },
        { date: '2025-11-28', earlyClose: true, sessions: [['2025-11-28T14:30:00.000Z', '2025-11-28T18:00:00.000Z']] },
      ],
      holidays: [
        { date: '2025-11-27', name: 'Thanksgiving Day' },
        { date: '2025-11-28', name: 'Day after Thanksgiving' },
      ],
    });
    const both = await client.call('get_calendar', { market: 'lse', symbol: 'AAPL' });
    expect(both.error).toMatchObject({ code: 'invalid_input' });
  });

  it('tells splits only to whoever asks after they were announced', async () => {
    const now = desk.clock.now();
    await desk.stores.corporateActions.write([
      {
        ...{ id: 'test|AAPL|split', symbol: 'AAPL', kind: 'split', ratio: 4, source: 'test', receiveTime: now },
        ...{ effectiveTime: now + 10 * DAY, eventTime: now - DAY },
      },
    ]);
    const splits = async (asOf?: string) => (await ask('get_corporate_actions', { symbol: 'AAPL', asOf })).data;
    expect(await splits()).toMatchObject({ actions: [{ kind: 'split', ratio: 4 }] });
    expect(await splits(toIso(now - 2 * DAY))).toEqual({ symbol: 'AAPL', actions: [] });
    const { meta } = await ask('get_corporate_actions', { symbol: 'MSFT' });
    expect(String(meta.notices)).toContain('No vendor told the splits and dividends of MSFT');
  });

  it('says how good the bars are and which were set apart', async () => {
    await desk.stores.bars.quarantine('GBPUSD', '1h', 'file', [
      { flag: 'spike', at: '2025-06-01T10:00:00.000Z', reason: '9 is far from its neighbours.' },
    ]);
    expect((await ask('get_data_quality', { symbol: 'GBPUSD' })).data).toMatchObject({
      quality: { flags: expect.arrayContaining(['simulated']) },
      rejected: [{ flag: 'spike', source: 'file' }],
    });
  });

  it('shows a release before and after it happened, by currency and impact', async () => {
    const eventTime = desk.clock.now() + HOUR;
    const release = { source: 'test', simulated: true, announcedTime: desk.clock.now() - 30 * DAY };
    await desk.stores.calendar.write([
      {
        ...release,
        id: 'cpi',
        name: 'CPI y/y',
        currency: 'USD',
        impact: 'high',
        eventTime,
        forecast: 2.4,
        actual: 2.6,
      },
      { ...release, id: 'pmi', name: 'PMI', currency: 'EUR', impact: 'low', eventTime: eventTime + HOUR },
      { ...release, id: 'boj', name: 'BoJ rate', currency: 'JPY', impact: 'high', eventTime },
    ]);
    const names = (data: unknown) => (data as { events: { name: string }[] }).events.map((each) => each.name);
    const before = await ask('get_economic_calendar', { symbol: 'EURUSD' });
    expect(names(before.data)).toEqual(['CPI y/y', 'PMI']);
    expect((before.data as { events: { actual?: number }[] }).events[0]?.actual).toBeUndefined();
    expect(names((await ask('get_economic_calendar', { currencies: 'usd,jpy', impact: 'high' })).data)).toHaveLength(2);
    await desk.clock.advance(2 * HOUR);
    const after = await ask('get_economic_calendar', { symbol: 'EURUSD', from: toIso(eventTime - HOUR) });
    expect((after.data as { events: { actual?: number }[] }).events[0]?.actual).toBe(2.6);
  });

  it('gives a macro series newest first with the release of each value, page by page', async () => {
    const whole = await ask('get_macro_series', { series: 'sim_usd_cpi_y_y', limit: 6 });
    const { rows, columns, ...series } = whole.data as { rows: [string, number, string][]; columns: string[] };
    expect(series).toMatchObject({ series: 'SIM_USD_CPI_Y_Y', unit: '%', frequency: 'monthly', currency: 'USD' });
    expect(columns).toEqual(['period', 'value', 'released']);
    expect(rows).toHaveLength(6);
    expect(rows.map(([period]) => period)).toEqual(
      rows
        .map(([period]) => period)
        .toSorted()
        .toReversed(),
    );
    expect(whole.meta).toMatchObject({ source: 'simulated', simulated: true });
    expect(whole.meta.notices).toEqual([expect.stringMatching(/^SIMULATED/)]);
    const first = await ask('get_macro_series', { series: 'SIM_USD_CPI_Y_Y', limit: 4 });
    const { cursor } = first.meta;
    const second = await ask('get_macro_series', { series: 'SIM_USD_CPI_Y_Y', limit: 2, cursor });
    const pages = [first, second].flatMap(({ data }) => (data as { rows: unknown[] }).rows);
    expect(pages).toEqual(rows);
  });

  it('shows a revised value only to who asks after the revision', async () => {
    const period = Date.UTC(2014, 0, 1);
    const value = { series: 'GDP', period, receiveTime: desk.clock.now(), source: 'fred' };
    await desk.stores.macro.write([
      { ...value, value: 17149.6, eventTime: Date.UTC(2014, 4, 1) },
      { ...value, value: 17016, eventTime: Date.UTC(2014, 5, 26) },
    ]);
    const described = { id: 'GDP', title: 'GDP', unit: 'Billions', currency: 'USD', source: 'fred' };
    await desk.stores.macro.saveSeries({ ...described, frequency: 'quarterly' });
    const rows = async (asOf: string, part = {}) =>
      ((await ask('get_macro_series', { series: 'GDP', asOf, ...part })).data as { rows: unknown[] }).rows;
    expect(await rows('2014-05-02')).toEqual([['2014-01-01', 17149.6, '2014-05-01T00:00:00.000Z']]);
    expect(await rows('2014-07-01')).toEqual([['2014-01-01', 17016, '2014-06-26T00:00:00.000Z']]);
    expect(await rows('2014-07-01', { from: '2014-01-02' })).toEqual([]);
    const empty = await ask('get_macro_series', { series: 'GDP', asOf: '2014-04-01' });
    expect(empty.meta).toMatchObject({ source: 'fred', notices: [expect.stringContaining('No value of GDP')] });
  });

  it.each([
    [{ series: 'CPIAUCSL' }, 'FRED_API_KEY'],
    [{ series: 'a b' }, 'no name of a macro series'],
    [{ series: 'GDP', from: '2014-02-01', to: '2014-01-01' }, '\\"to\\" lies before'],
    [{ series: 'GDP', cursor: 'x' }, 'not a cursor'],
    [{ series: 'GDP', limit: 501 }, 'limit'],
    [{ series: 'GDP', asOf: '2100-01-01' }, 'future'],
  ])('refuses the macro question %j with what to do', async (args, words) => {
    const outcome = await client.call('get_macro_series', args);
    expect(outcome.isError).toBe(true);
    expect(outcome.content[0]!.text).toContain(words);
  });

  it('says which vendors are off and why, and what is stored', async () => {
    const { bars, source } = await desk.marketData.history({ symbol: 'EURUSD', interval: '1h', limit: 10 });
    await desk.stores.bars.write({ symbol: 'EURUSD', interval: '1h', source, simulated: true, bars });
    const { data } = await ask('get_sources', { symbol: 'eurusd' });
    expect(data).toMatchObject({
      vendors: expect.arrayContaining([
        expect.objectContaining({ name: 'alpaca', offered: false, reason: expect.stringContaining('ALPACA_API_KEY') }),
        expect.objectContaining({ name: 'yahoo', offered: false, reason: expect.stringContaining('OFFLINE') }),
        expect.objectContaining({ name: 'simulated', offered: true }),
      ]),
      stored: [{ symbol: 'EURUSD', interval: '1h', bars: 10 }],
    });
  });
});
