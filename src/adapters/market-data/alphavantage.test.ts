import { describe, expect, it } from 'vitest';
import { toIso } from '../../domain/time.ts';
import { describeProvider } from '../../testing/market-data-contract.ts';
import { needsShared, sharedJson } from '../../testing/shared.ts';
import { replayVendor, type VendorRecording, vendorDeps } from '../../testing/vendor-bench.ts';
import { alphavantage } from './alphavantage.ts';

const row = (open: string, high: string, low: string, close: string, volume: string) => ({
  ...{ '1. open': open, '2. high': high, '3. low': low, '4. close': close, '5. volume': volume },
});
const recording: VendorRecording = {
  vendor: alphavantage,
  symbol: 'AAPL',
  interval: '1h',
  from: '2025-06-18T13:00:00Z',
  to: '2025-06-18T16:00:00Z',
  settings: { ALPHAVANTAGE_API_KEY: 'k-secret' },
  answer: (path, query) => {
    if (path !== '/query') return undefined;
    if (query.function === 'GLOBAL_QUOTE') {
      return {
        body: {
          'Global Quote': { '01. symbol': 'AAPL', '05. price': '196.5800', '07. latest trading day': '2025-06-18' },
        },
      };
    }
    return {
      body: {
        'Meta Data': { '6. Time Zone': 'US/Eastern' },
        'Time Series (60min)': {
          '2025-06-18 11:00:00': row('196.10', '196.90', '195.80', '196.40', '5100200'),
          '2025-06-18 10:00:00': row('195.70', '196.30', '195.30', '196.10', '7200100'),
        },
      },
    };
  },
};

describeProvider('alphavantage', () => replayVendor(recording));

describe('alphavantage', () => {
  it("reads stamps of shares on New York's clock, in winter and in summer", async () => {
    const summer = await replayVendor(recording);
    expect((await summer.provider.bars({ ...summer })).map((bar) => toIso(bar.openTime))).toEqual([
      '2025-06-18T14:00:00.000Z',
      '2025-06-18T15:00:00.000Z',
    ]);
    expect(summer.server.requests[0]!.query).toMatchObject({
      function: 'TIME_SERIES_INTRADAY',
      adjusted: 'false',
      month: '2025-06',
    });
    await summer.close();
    const body = { 'Time Series (60min)': { '2025-01-15 10:00:00': row('1', '2', '1', '2', '3') } };
    const winter = await replayVendor({ ...recording, from: '2025-01-15', to: '2025-01-16', answer: () => ({ body }) });
    expect((await winter.provider.bars({ ...winter })).map((bar) => toIso(bar.openTime))).toEqual([
      '2025-01-15T15:00:00.000Z',
    ]);
    await winter.close();
  });

  it.each([
    [
      {
        Information:
          'We have detected your API key as k-secret and our standard API rate limit is 25 requests per day.',
      },
      'rate_limited',
    ],
    [{ Note: 'Our standard call frequency is 5 calls per minute.' }, 'rate_limited'],
    [{ Information: 'This is a premium endpoint.' }, 'unavailable'],
    [{ 'Error Message': 'the parameter apikey k-secret is invalid or missing.' }, 'unavailable'],
    [{ 'Error Message': 'Invalid API call. Please retry or visit the documentation.' }, 'not_found'],
  ])('understands a refusal that comes with status 200: %j', async (body, code) => {
    const bench = await replayVendor({ ...recording, answer: () => ({ body }) });
    const failure = await bench.provider.bars({ ...bench }).catch((each: unknown) => each);
    expect(failure).toMatchObject({ code });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('secret');
    await bench.close();
  });

  it('asks for all rows as soon as the newest hundred do not reach back', async () => {
    for (const [from, outputsize] of [
      ['2025-06-18T14:30:00Z', 'compact'],
      ['2025-06-18T10:00:00Z', 'full'],
    ] as const) {
      const bench = await replayVendor({ ...recording, interval: '1m', from });
      await bench.provider.bars({ ...bench });
      expect(bench.server.requests[0]!.query.outputsize).toBe(outputsize);
      await bench.close();
    }
  });

  it('stamps the price of a day with its close, however late it is asked', async () => {
    const bench = await replayVendor({ ...recording, now: '2025-06-18T23:00:00Z' });
    const quote = await bench.provider.quote!(bench.instrument);
    expect(toIso(quote.eventTime)).toBe('2025-06-18T20:00:00.000Z');
    await bench.close();
  });

  it('is not offered without its key', () => {
    expect(alphavantage(vendorDeps(0)).unavailable).toBe('Set ALPHAVANTAGE_API_KEY.');
  });

  it.skipIf(!needsShared('recorded answers of alphavantage', 'fixtures', 'alphavantage'))(
    'reads its recorded answers',
    async () => {
      type Table = Record<string, Record<string, string>>;
      const file = (name: string) => sharedJson<Record<string, Table>>('fixtures', 'alphavantage', name);
      for (const [name, table, interval, from, to] of [
        ['TIME_SERIES_DAILY_AAPL_2025-10-30.json.gz', 'Time Series (Daily)', '1d', '2025-01-01', '2025-11-01'],
        ['TIME_SERIES_INTRADAY_60min_AAPL_2025-11-10.json.gz', 'Time Series (60min)', '1h', '2025-11-01', '2025-11-12'],
      ] as const) {
        const body = file(name);
        const bench = await replayVendor({ ...recording, interval, from, to, answer: () => ({ body }) });
        const bars = await bench.provider.bars({ ...bench });
        const wanted = Object.entries(body[table]!)
          .filter(([stamp]) => stamp >= from && stamp < to)
          .map(([, each]) => Number(each['4. close']))
          .reverse();
        expect(bars.length).toBeGreaterThan(30);
        expect([...bars.map((bar) => bar.close)].sort()).toEqual([...wanted].sort());
        await bench.close();
      }
      const bench = await replayVendor({ ...recording, answer: () => ({ body: file('global_quote.json') }) });
      const quote = await bench.provider.quote!(bench.instrument);
      expect((quote.bid + quote.ask) / 2).toBeCloseTo(112.13, 6);
      await bench.close();
    },
  );
});
