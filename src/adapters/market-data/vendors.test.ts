import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../domain/instrument.ts';
import { instrumentOf } from '../../domain/instruments.ts';
import { type Interval, parseTime, toIso } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import { describeProvider } from '../../testing/market-data-contract.ts';
import { needsShared, sharedJson } from '../../testing/shared.ts';
import { replayVendor, vendorDeps } from '../../testing/vendor-bench.ts';
import type { VendorAnswer } from '../../testing/vendor-server.ts';
import { createHttp } from '../http.ts';
import { defaultChains, marketDataProviders, openProviders } from './index.ts';
import { simulatedMarket } from './simulated/provider.ts';

const of = (symbol: string) => instrumentOf(symbol) as Instrument;

interface Recording {
  vendor: keyof typeof marketDataProviders;
  symbol: string;
  interval: Interval;
  from: string;
  to: string;
  now?: string;
  answer: (path: string, query: Record<string, string>) => VendorAnswer | undefined;
}

const replay = ({ vendor, ...recording }: Recording) =>
  replayVendor({
    ...recording,
    vendor: marketDataProviders[vendor],
    settings: { ALPACA_API_KEY: 'key', ALPACA_API_SECRET: 'secret' },
  });

/** Small payloads in each vendor's shape; the recorded ones need ../shared. */
const samples: Recording[] = [
  {
    vendor: 'yahoo',
    symbol: 'AAPL',
    interval: '1h',
    from: '2025-06-18T13:00:00Z',
    to: '2025-06-18T20:00:00Z',
    answer: (path) =>
      path === '/v8/finance/chart/AAPL'
        ? {
            body: {
              chart: {
                result: [
                  {
                    meta: { symbol: 'AAPL', regularMarketPrice: 196.1999969482422, regularMarketTime: 1750269601 },
                    timestamp: [1750253400, 1750257000, 1750260600],
                    indicators: {
                      quote: [
                        {
                          open: [195.94000244140625, null, 196.5],
                          high: [197.5, null, 196.60000610351562],
                          low: [195.1999969482422, null, 196],
                          close: [196.5, null, 196.10000610351562],
                          volume: [9000000, null, 4000000],
                        },
                      ],
                    },
                  },
                ],
                error: null,
              },
            },
          }
        : undefined,
  },
  {
    vendor: 'binance',
    symbol: 'BTCUSDT',
    interval: '1m',
    from: '2025-06-01T00:00:00Z',
    to: '2025-06-01T00:10:00Z',
    answer: (path, query) => {
      if (path === '/api/v3/ticker/bookTicker')
        return { body: { symbol: 'BTCUSDT', bidPrice: '104000.10', bidQty: '1', askPrice: '104000.20', askQty: '2' } };
      const open = parseTime('2025-06-01T00:00:00Z');
      const rows = [0, 1, 2].map((i) => [
        open + i * 60_000,
        '104000.1',
        '104010',
        '103990',
        '104005',
        '12.5',
        open + i * 60_000 + 59_999,
        '1',
        5,
        '1',
        '1',
        '0',
      ]);
      return {
        body: rows.filter(([time]) => Number(time) >= Number(query.startTime) && Number(time) <= Number(query.endTime)),
      };
    },
  },
  {
    vendor: 'frankfurter',
    symbol: 'EURUSD',
    interval: '1d',
    from: '2025-06-16',
    to: '2025-06-20',
    answer: () => ({
      body: [
        { date: '2025-06-16', base: 'EUR', quote: 'USD', rate: 1.1562 },
        { date: '2025-06-17', base: 'EUR', quote: 'USD', rate: 1.1541 },
        { date: '2025-06-15', base: 'EUR', quote: 'USD', rate: 1.1 },
      ],
    }),
  },
  {
    vendor: 'alpaca',
    symbol: 'AAPL',
    interval: '1d',
    from: '2022-02-01',
    to: '2022-02-04',
    answer: (path, query) => {
      if (path.endsWith('/snapshot')) {
        const latestQuote = { t: '2022-02-03T14:02:43.651613184Z', ap: 161.11, as: 13, bp: 161.1, bs: 2 };
        return { body: { symbol: 'AAPL', latestQuote: { ...latestQuote, ax: 'P', bx: 'K', c: ['R'], z: 'C' } } };
      }
      if (query.end && query.start && query.end < query.start) return { body: { bars: {}, next_page_token: null } };
      const bar = { o: 174, h: 174.84, l: 172.31, c: 174.61, v: 85998033, n: 732412, vw: 173.703516 };
      const first = query.page_token === undefined;
      return {
        body: {
          bars: { AAPL: [{ t: first ? '2022-02-01T05:00:00Z' : '2022-02-02T05:00:00Z', ...bar }] },
          next_page_token: first ? 'more' : null,
        },
      };
    },
  },
];
for (const sample of samples) describeProvider(sample.vendor, () => replay(sample));

describeProvider('simulated', async () => {
  const now = parseTime('2025-06-18T14:00:00Z');
  const provider = simulatedMarket({ clock: { now: () => now, sleep: async () => {} } });
  return { provider, instrument: of('EURUSD'), interval: '1h', from: now - 864e5, to: now, close: async () => {} };
});

interface Recorded {
  body: unknown;
}
const recorded = (path: string): VendorAnswer => ({ body: sharedJson<Recorded>('fixtures', path).body });
const recordings: [string, Recording][] = [
  [
    'yahoo/chart-AAPL-2020-08-31-to-2020-11-07.json',
    {
      vendor: 'yahoo',
      symbol: 'AAPL',
      interval: '1d',
      from: '2020-08-31',
      to: '2020-11-07',
      now: '2025-02-20',
      answer: () => recorded('yahoo/chart-AAPL-2020-08-31-to-2020-11-07.json'),
    },
  ],
  [
    'yahoo/chart-EURUSD=X',
    {
      vendor: 'yahoo',
      symbol: 'EURUSD',
      interval: '1d',
      from: '2020-01-01',
      to: '2020-01-04',
      now: '2025-02-21',
      answer: () => recorded('yahoo/chart-EURUSD=X-2020-01-01-to-2020-01-03.json'),
    },
  ],
  [
    'yahoo/chart-BTC-USD',
    {
      vendor: 'yahoo',
      symbol: 'BTCUSD',
      interval: '1d',
      from: '2020-01-01',
      to: '2020-01-04',
      now: '2025-02-21',
      answer: () => recorded('yahoo/chart-BTC-USD-2020-01-01-to-2020-01-03.json'),
    },
  ],
  [
    'alpaca/historical_stock_data__multisymbol_get_bars.json',
    {
      vendor: 'alpaca',
      symbol: 'AMZN',
      interval: '15m',
      from: '2021-10-15T16:00:00Z',
      to: '2021-10-15T18:00:00Z',
      now: '2021-10-18',
      answer: (path) =>
        path.endsWith('/snapshot')
          ? { body: sharedJson<Record<string, object>>('fixtures/alpaca/go_marketdata__Snapshot_1.json').AAPL }
          : { body: { ...sharedJson<object>('fixtures/alpaca/go_marketdata__GetBars_1.json'), next_page_token: null } },
    },
  ],
];
if (needsShared('recorded vendor payloads', 'fixtures/yahoo')) {
  for (const [name, { answer, ...recording }] of recordings) {
    const empty = (query: Record<string, string>) => Number(query.period2) <= Number(query.period1);
    // The stand-in plays one recording; only its range test must see nothing.
    describeProvider(`${name}, recorded,`, () =>
      replay({
        ...recording,
        answer: (path, query) =>
          empty(query)
            ? { body: { chart: { result: [{ meta: {}, indicators: { quote: [{}] } }], error: null } } }
            : answer(path, query),
      }),
    );
  }
}

describe('yahoo', () => {
  it('reads shares as plain prices and skips minutes without a trade', async () => {
    const { provider, instrument, interval, from, to, server } = await replay(samples[0]!);
    const bars = await provider.bars({ instrument, interval, from, to });
    expect(bars.map((bar) => [toIso(bar.openTime), bar.open, bar.close])).toEqual([
      ['2025-06-18T13:30:00.000Z', 195.94, 196.5],
      ['2025-06-18T15:30:00.000Z', 196.5, 196.1],
    ]);
    expect(server.requests[0]!.query).toMatchObject({ interval: '1h', includePrePost: 'false' });
    const quote = await provider.quote!(instrument);
    expect(quote).toMatchObject({ bid: 196.19, ask: 196.21, source: 'yahoo (last price ± half the usual spread)' });
    await server.close();
  });

  it('tells its own reason where it knows none of an instrument', async () => {
    const bench = await replay({
      ...samples[0]!,
      answer: () => ({
        body: {
          chart: { result: null, error: { code: 'Not Found', description: 'No data found, symbol may be delisted' } },
        },
      }),
    });
    const { instrument, interval, from, to } = bench;
    await expect(bench.provider.bars({ instrument, interval, from, to })).rejects.toThrow('may be delisted');
    await expect(bench.provider.bars({ instrument: of('XAUUSD'), interval, from, to })).rejects.toMatchObject({
      code: 'not_found',
    });
    await bench.close();
  });

  it('has no bars where it says, like of a bad question, that data does not exist', async () => {
    const description = "Data doesn't exist for startDate = 1, endDate = 2";
    const bench = await replay({
      ...samples[0]!,
      answer: () => ({ status: 400, body: { chart: { result: null, error: { code: 'Bad Request', description } } } }),
    });
    const { instrument, interval, from, to } = bench;
    expect(await bench.provider.bars({ instrument, interval, from, to })).toEqual([]);
    await expect(bench.provider.quote!(instrument)).rejects.toMatchObject({ code: 'not_found' });
    await bench.close();
  });

  it('does not lose the first day of a range of currencies, which begins the evening before in summer', async () => {
    const stamps = ['2025-06-16T23:00:00Z', '2025-06-17T23:00:00Z'].map((each) => parseTime(each) / 1000);
    const bench = await replay({
      ...{ ...samples[0]!, symbol: 'EURUSD', interval: '1d', from: '2025-06-17', to: '2025-06-18' },
      answer: (_, query) => {
        const timestamp = stamps.filter((each) => each >= Number(query.period1) && each <= Number(query.period2));
        const ones = timestamp.map(() => 1.15);
        const quote = [{ open: ones, high: ones, low: ones, close: ones, volume: ones.map(() => 0) }];
        return { body: { chart: { result: [{ meta: {}, timestamp, indicators: { quote } }], error: null } } };
      },
    });
    expect((await bench.provider.bars({ ...bench })).map((bar) => toIso(bar.openTime))).toEqual([
      '2025-06-17T00:00:00.000Z',
    ]);
    await bench.close();
  });

  it('says so where a consent page comes instead of prices', async () => {
    const page = '<!doctype html><html><title>Yahoo is part of a family of brands</title></html>';
    const bench = await replay({ ...samples[0]!, answer: () => ({ body: page }) });
    await expect(bench.provider.bars({ ...bench })).rejects.toMatchObject({
      message: expect.stringContaining('answered with a web page instead of JSON.'),
      hint: expect.stringContaining('consent page'),
    });
    await bench.close();
  });

  it('does not ask for minutes older than it keeps', async () => {
    const bench = await replay({ ...samples[0]!, now: '2025-09-01' });
    const { provider, instrument, from, to } = bench;
    expect(await provider.bars({ instrument, interval: '1m', from, to })).toEqual([]);
    expect(bench.server.requests).toHaveLength(0);
    await bench.close();
  });
});

describe('binance', () => {
  it('turns pages until the range is filled', async () => {
    const open = parseTime('2025-06-01T00:00:00Z');
    const bench = await replay({
      ...samples[1]!,
      to: '2025-06-03',
      answer: (_, query) => {
        const from = Math.max(open, Math.ceil(Number(query.startTime) / 60_000) * 60_000);
        const count = Math.min(1000, Math.floor((Number(query.endTime) - from) / 60_000) + 1);
        return {
          body: Array.from({ length: count }, (_each, i) => [
            from + i * 60_000,
            '1',
            '2',
            '1',
            '2',
            '3',
            0,
            '',
            0,
            '',
            '',
            '',
          ]),
        };
      },
    });
    const { provider, instrument, interval, from, to } = bench;
    const bars = await provider.bars({ instrument, interval, from, to });
    expect([bars.length, bench.server.requests.length]).toEqual([2880, 3]);
    expect(new Set(bars.map((bar) => bar.openTime)).size).toBe(2880);
    await bench.close();
  });

  it.skipIf(!needsShared('the recorded kline', 'fixtures/binance'))('reads the documented kline', async () => {
    const bench = await replay({
      ...samples[1]!,
      interval: '1w',
      from: '2017-07-01',
      to: '2017-07-10',
      answer: () => recorded('binance/endpoints__spot__exchangedata__getklines.json'),
    });
    const { provider, instrument, interval, from, to } = bench;
    expect(await provider.bars({ instrument, interval, from, to })).toMatchObject([
      { open: 0.0163479, high: 0.8, low: 0.015758, close: 0.015771, volume: 148976.11427815 },
    ]);
    await bench.close();
  });
});

describe('alpaca', () => {
  it('asks for IEX bars as they were traded with its key in headers, and follows pages', async () => {
    const bench = await replay(samples[3]!);
    const { provider, instrument, interval, from, to } = bench;
    const bars = await provider.bars({ instrument, interval, from, to });
    expect(bars.map((bar) => toIso(bar.openTime))).toEqual(['2022-02-01T00:00:00.000Z', '2022-02-02T00:00:00.000Z']);
    expect(bench.server.requests[0]).toMatchObject({
      path: '/v2/stocks/bars',
      query: { feed: 'iex', adjustment: 'raw', timeframe: '1Day' },
    });
    expect(bench.server.requests[0]!.headers['apca-api-key-id']).toBe('key');
    expect(JSON.stringify(bench.server.requests[0]!.query)).not.toContain('secret');
    await bench.close();
  });

  it('reads crypto bars and quotes', async () => {
    const bar = { t: '2025-06-01T00:00:00Z', o: 1, h: 2, l: 1, c: 2, v: 3, n: 1, vw: 1.5 };
    const bench = await replay({
      ...samples[3]!,
      symbol: 'BTCUSD',
      answer: (path) =>
        path.endsWith('snapshots')
          ? { body: { snapshots: { 'BTC/USD': { latestQuote: { t: bar.t, bp: 104000, bs: 1, ap: 104010, as: 1 } } } } }
          : { body: { bars: { 'BTC/USD': [bar] }, next_page_token: null } },
    });
    const { provider, instrument } = bench;
    const range = { from: parseTime('2025-06-01'), to: parseTime('2025-06-02') };
    expect(await provider.bars({ instrument, interval: '1h', ...range })).toMatchObject([{ open: 1, volume: 3 }]);
    expect(await provider.quote!(instrument)).toMatchObject({ bid: 104000, ask: 104010, source: 'alpaca' });
    await bench.close();
  });
});

describe('yahoo and splits', () => {
  const shares: Recording = {
    vendor: 'yahoo',
    symbol: 'AAPL',
    interval: '1d',
    from: '2020-08-28',
    to: '2020-08-29',
    now: '2025-06-18T12:00:00Z',
    answer: () => ({
      body: {
        chart: {
          result: [
            {
              meta: {},
              timestamp: [1598621400, 1598880600],
              events: {
                splits: { 1598880600: { date: 1598880600, numerator: 4, denominator: 1, splitRatio: '4:1' } },
                dividends: { 1596807000: { date: 1596807000, amount: 0.205 } },
              },
              indicators: {
                quote: [
                  {
                    open: [126.0125, 127.58],
                    high: [126.4425, 131],
                    low: [124.5775, 126],
                    close: [124.8075, 129.04],
                    volume: [187630000, 225702700],
                  },
                ],
              },
            },
          ],
        },
      },
    }),
  };

  it('gives prices as they were traded, by undoing the splits since', async () => {
    const bench = await replay(shares);
    const [bar, ...others] = await bench.provider.bars({ ...bench });
    expect(others).toEqual([]);
    expect(bar).toMatchObject({ open: 504.05, high: 505.77, low: 498.31, close: 499.23, volume: 46_907_500 });
    expect(bench.server.requests[0]!.query.period2).toBe(String(parseTime('2025-06-18T12:00:00Z') / 1000));
    await bench.close();
  });

  it('tells splits, and dividends as they were paid', async () => {
    const bench = await replay(shares);
    const range = { instrument: bench.instrument, from: parseTime('2020-01-01'), to: parseTime('2021-01-01') };
    expect(await bench.provider.corporateActions!(range)).toMatchObject([
      { kind: 'dividend', amount: 0.82, effectiveTime: parseTime('2020-08-07') },
      { kind: 'split', ratio: 4, effectiveTime: parseTime('2020-08-31') },
    ]);
    await bench.close();
  });
});

describe('the registry of vendors', () => {
  it('says which key is missing', () => {
    const { providers } = openProviders(vendorDeps(0));
    expect(providers.map((each) => each.name)).toEqual([...Object.keys(marketDataProviders), 'simulated']);
    const unavailable = Object.fromEntries(providers.map((each) => [each.name, each.unavailable]));
    expect(unavailable.alpaca).toBe('Set ALPACA_API_KEY and ALPACA_API_SECRET.');
    for (const keyless of ['binance', 'yahoo', 'frankfurter', 'simulated']) {
      expect(unavailable[keyless]).toBeUndefined();
    }
    for (const names of Object.values(defaultChains))
      for (const name of names) expect(Object.keys(marketDataProviders)).toContain(name);
  });

  it('refuses a plan for a vendor that does not exist', () => {
    const plans = { bloomberg: { calls: 1 } };
    expect(() => openProviders({ ...vendorDeps(0), plans })).toThrow('vendors names "bloomberg", which is no vendor');
  });

  it('counts what each vendor is asked, retries included', async () => {
    let sent = 0;
    const failing = async () => {
      sent += 1;
      return new Response('busy', { status: 503 });
    };
    // Pauses end at once, deadlines never come, and no time passes that would fill the bucket again.
    const clock: Clock = {
      now: () => 0,
      sleep: (duration, signal) =>
        duration < 5_000
          ? Promise.resolve()
          : new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    };
    const openHttp = (out: typeof fetch) => createHttp({ clock, random: { next: () => 0.5 }, fetch: out });
    const deps = { ...vendorDeps(0, { POLYGON_API_KEY: 'key' }), clock, fetch: failing, openHttp };
    const { providers, meters } = openProviders(deps);
    const polygon = providers.find((each) => each.name === 'polygon')!;
    await expect(polygon.quote!(of('AAPL'))).rejects.toMatchObject({ code: 'unavailable' });
    expect(sent).toBe(3);
    expect(meters.get('polygon')!.status()).toMatchObject({ left: 2, of: 5 });
  });
});
