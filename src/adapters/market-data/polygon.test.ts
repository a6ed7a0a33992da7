import { describe, expect, it } from 'vitest';
import { requireInstrument } from '../../domain/instruments.ts';
import { parseTime, toIso } from '../../domain/time.ts';
import { describeProvider } from '../../testing/market-data-contract.ts';
import { needsShared, sharedJson } from '../../testing/shared.ts';
import { replayVendor, type VendorRecording, vendorDeps } from '../../testing/vendor-bench.ts';
import { polygon } from './polygon.ts';

const row = (t: string, o: number, h: number, l: number, c: number, v: number) => ({ t: Date.parse(t), o, h, l, c, v });
const recording: VendorRecording = {
  vendor: polygon,
  symbol: 'AAPL',
  interval: '1d',
  from: '2025-06-16',
  to: '2025-06-20',
  settings: { POLYGON_API_KEY: 'k-secret' },
  answer: (path) => {
    if (path.startsWith('/v2/aggs/ticker/AAPL/range/1/day/')) {
      const results = [
        row('2025-06-16T04:00:00Z', 197.3, 198.69, 196.56, 198.42, 43_020_691),
        row('2025-06-17T04:00:00Z', 197.2, 198.39, 195.21, 195.64, 38_856_152),
      ];
      return { body: { status: 'OK', results, next_url: 'https://elsewhere.example/v2/aggs/page?cursor=abc' } };
    }
    if (path === '/v2/aggs/page')
      return { body: { results: [row('2025-06-18T04:00:00Z', 195.9, 197.6, 195.1, 196.58, 45_394_689)] } };
    if (path === '/v2/last/nbbo/AAPL')
      return { body: { results: { p: 196.5, P: 196.52, t: 1_750_263_000_123 * 1e6 } } };
    return undefined;
  },
};

describeProvider('polygon', () => replayVendor(recording));

describe('polygon', () => {
  it('gives prices as they were traded, days on their date, pages from its own host only', async () => {
    const bench = await replayVendor(recording);
    const bars = await bench.provider.bars({ ...bench });
    expect(bars.map((bar) => [toIso(bar.openTime), bar.close])).toEqual([
      ['2025-06-16T00:00:00.000Z', 198.42],
      ['2025-06-17T00:00:00.000Z', 195.64],
      ['2025-06-18T00:00:00.000Z', 196.58],
    ]);
    const [first, second] = bench.server.requests;
    expect(first!.query).toMatchObject({ adjusted: 'false', sort: 'asc' });
    expect(JSON.stringify(first!.query)).not.toContain('secret');
    expect([first, second].map((each) => each!.headers.authorization)).toEqual(['Bearer k-secret', 'Bearer k-secret']);
    expect(second!.query).toEqual({ cursor: 'abc' });
    await bench.close();
  });

  it('is not offered without its key', () => {
    expect(polygon(vendorDeps(0)).unavailable).toBe('Set POLYGON_API_KEY.');
  });

  it('says that the key is refused without showing it', async () => {
    const bench = await replayVendor({
      ...recording,
      answer: () => ({ status: 403, body: { status: 'NOT_AUTHORIZED' } }),
    });
    await expect(bench.provider.bars({ ...bench })).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('key'),
    });
    await bench.close();
  });

  it('does not take one side of a quote for a market', async () => {
    const body = { results: { p: 0, P: 196.52, t: 1_750_263_000_123 * 1e6 } };
    const bench = await replayVendor({ ...recording, answer: () => ({ body }) });
    await expect(bench.provider.quote!(bench.instrument)).rejects.toMatchObject({ code: 'not_found' });
    await bench.close();
  });

  it('ends when two pages point at each other', async () => {
    const bench = await replayVendor({
      ...recording,
      answer: (path) => ({ body: { results: [], next_url: `https://x.example/${path.endsWith('a') ? 'b' : 'a'}` } }),
    });
    await expect(bench.provider.bars({ ...bench })).rejects.toMatchObject({ code: 'unavailable' });
    expect(bench.server.requests.length).toBeLessThan(5);
    await bench.close();
  });

  it('quotes coins around their last trade', async () => {
    const body = { last: { price: 104_000, size: 0.005, timestamp: 1_750_263_000_123 }, symbol: 'BTC-USD' };
    const bench = await replayVendor({
      ...{ ...recording, symbol: 'BTCUSD' },
      answer: (path) => (path === '/v1/last/crypto/BTC/USD' ? { body } : undefined),
    });
    const quote = await bench.provider.quote!(bench.instrument);
    expect(quote).toMatchObject({ eventTime: 1_750_263_000_123, source: expect.stringContaining('last price') });
    expect(quote.bid).toBeLessThan(104_000);
    await bench.close();
  });

  it('reads bars of an index, which have no volume', async () => {
    const t = parseTime('2025-06-17T04:00:00Z');
    const bench = await replayVendor({
      ...{ ...recording, symbol: 'SPX', interval: '1d', from: '2025-06-17', to: '2025-06-18' },
      answer: () => ({ body: { results: [{ t, o: 6_000, h: 6_010, l: 5_990, c: 6_005 }] } }),
    });
    expect(await bench.provider.bars({ ...bench })).toMatchObject([{ close: 6_005, volume: 0 }]);
    await bench.close();
  });

  it('tells prints oldest first, without those taken back, and coins by the time of their exchange', async () => {
    const at = (ms: number) => (bench.from + ms) * 1e6;
    const bench = await replayVendor({
      ...recording,
      answer: () => ({
        body: {
          results: [
            { price: 3, size: 5, id: 'c', sip_timestamp: at(3_000), participant_timestamp: at(10), correction: 1 },
            { price: 2, size: 5, id: 'b', sip_timestamp: at(2_000), correction: 8 },
            { price: 1, size: 0.5, id: 17, exchange: 6, participant_timestamp: at(1_000) },
            { price: 9, size: 1 },
          ],
        },
      }),
    });
    const { provider, instrument, from, to } = bench;
    expect(await provider.ticks!({ instrument, from, to, limit: 100 })).toMatchObject([
      { price: 1, size: 0.5, id: '6:17', eventTime: from + 1_000 },
      { price: 3, size: 5, id: ':c', eventTime: from + 3_000 },
    ]);
    const query = { 'timestamp.gte': `${from}000000`, 'timestamp.lt': `${to}000000`, order: 'desc', limit: '100' };
    expect(bench.server.requests[0]).toMatchObject({ path: '/v3/trades/AAPL', query });
    await expect(
      provider.ticks!({ instrument: requireInstrument('EURUSD'), from, to, limit: 1 }),
    ).rejects.toMatchObject({ code: 'not_found' });
    await bench.close();
  });

  it('tells splits and dividends, known when the day of their declaration is over', async () => {
    const bench = await replayVendor({
      ...recording,
      answer: (path) =>
        path.endsWith('/splits')
          ? { body: { results: [{ execution_date: '2020-08-31', split_from: 1, split_to: 4 }] } }
          : {
              body: {
                results: [
                  {
                    ticker: 'AAPL',
                    cash_amount: 0.26,
                    ex_dividend_date: '2025-05-12',
                    declaration_date: '2025-05-01',
                    pay_date: '2025-05-15',
                    currency: 'USD',
                  },
                ],
              },
            },
    });
    const range = { instrument: bench.instrument, from: parseTime('2020-01-01'), to: parseTime('2026-01-01') };
    expect(await bench.provider.corporateActions!(range)).toMatchObject([
      { kind: 'split', ratio: 4, effectiveTime: parseTime('2020-08-31') },
      { kind: 'dividend', amount: 0.26, eventTime: parseTime('2025-05-02'), effectiveTime: parseTime('2025-05-12') },
    ]);
    await bench.close();
  });

  it.skipIf(!needsShared('recorded answers of polygon', 'fixtures', 'polygon'))(
    'reads its recorded answers',
    async () => {
      const file = (name: string) => sharedJson<{ results: Record<string, number>[] }>('fixtures', 'polygon', name);
      const days = file('v2__aggs__ticker__AAPL__range__1__day__2005-04-01__2005-04-04.json');
      const bench = await replayVendor({
        ...recording,
        from: '2005-04-01',
        to: '2005-04-05',
        answer: (path) => ({
          body: path.includes('nbbo')
            ? file('v2__last__nbbo__AAPL.json')
            : path.includes('dividends')
              ? { ...file('v3__reference__dividends.json'), next_url: undefined }
              : path.includes('splits')
                ? { results: [] }
                : days,
        }),
      });
      const bars = await bench.provider.bars({ ...bench });
      expect(bars.map(({ open, high, low, close, volume }) => [open, high, low, close, volume])).toEqual(
        days.results.map(({ o, h, l, c, v }) => [o, h, l, c, v]),
      );
      expect(await bench.provider.quote!(bench.instrument)).toMatchObject({ bid: 155.65, ask: 155.66 });
      const range = { from: 0, to: parseTime('2030-01-01') };
      const prints = await replayVendor({
        ...recording,
        answer: () => ({ body: file('v3__trades__AAPL_limit=2.json') }),
      });
      expect(await prints.provider.ticks!({ instrument: prints.instrument, ...range, limit: 2 })).toMatchObject([
        { price: 157.43, size: 10, id: '12:183276', eventTime: 1651181822461 },
        { price: 156.43, size: 10, id: '11:183276', eventTime: 1651181822461 },
      ]);
      await prints.close();
      const listed = file('v3__reference__dividends.json').results as unknown as {
        ticker: string;
        cash_amount: number;
      }[];
      const other = { ...bench.instrument, vendorCodes: { polygon: listed[0]!.ticker } };
      const actions = await bench.provider.corporateActions!({ instrument: other, ...range });
      const own = listed.filter((each) => each.ticker === listed[0]!.ticker);
      expect(own.length).toBeGreaterThan(1);
      expect(own.length).toBeLessThan(listed.length);
      expect(actions.map((each) => each.kind === 'dividend' && each.amount)).toEqual(
        own.map((each) => each.cash_amount).reverse(),
      );
      await bench.close();
    },
  );
});
