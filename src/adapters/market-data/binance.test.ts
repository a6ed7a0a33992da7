import { describe, expect, it } from 'vitest';
import { parseTime } from '../../domain/time.ts';
import { needsShared, sharedJson } from '../../testing/shared.ts';
import { replayVendor, vendorDeps } from '../../testing/vendor-bench.ts';
import type { VendorAnswer } from '../../testing/vendor-server.ts';
import { binance } from './binance.ts';

const open = (answer: (path: string, query: Record<string, string>) => VendorAnswer | undefined) =>
  replayVendor({
    ...{ vendor: binance, symbol: 'BTCUSDT', interval: '1m', from: '2025-06-01T00:00:00Z', to: '2025-06-01T00:10:00Z' },
    answer,
  });
const barsOf = ({ provider, instrument, interval, from, to }: Awaited<ReturnType<typeof open>>) =>
  provider.bars({ instrument, interval, from, to });

describe('binance', () => {
  it.each([
    [{ status: 400, body: { code: -1121, msg: 'Invalid symbol.' } }, 'not_found', 'binance has no BTCUSDT.'],
    [{ status: 400, body: { code: -1003, msg: 'Too many requests.' } }, 'rate_limited', 'was asked too often'],
    [{ status: 400, body: { code: -1100, msg: 'Illegal characters.' } }, 'unavailable', 'refused the question (-1100)'],
    [{ status: 429, headers: { 'retry-after': '30' } }, 'rate_limited', 'answered 429'],
    [{ status: 418, headers: { 'retry-after': '180' } }, 'rate_limited', 'has banned this address'],
    [{ status: 451, body: { code: 0, msg: 'Restricted location.' } }, 'unavailable', 'does not serve this location'],
  ])('tells what %j means', async (answer, code, message) => {
    const bench = await open(() => answer);
    const asked = barsOf(bench);
    await expect(asked).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    if ('headers' in answer) {
      const wait = Number(answer.headers?.['retry-after']) * 1_000;
      await expect(asked).rejects.toMatchObject({ details: { retryAfterMs: wait } });
      expect(bench.server.requests).toHaveLength(1);
    }
    await bench.close();
  });

  it('has no quote of a pair that does not trade', async () => {
    const bench = await open(() => ({ body: { symbol: 'BTCUSDT', bidPrice: '0.00', askPrice: '0.00' } }));
    await expect(bench.provider.quote!(bench.instrument)).rejects.toMatchObject({ code: 'not_found' });
    await bench.close();
  });

  it('tells the newest prints of a range and who took', async () => {
    const print = (id: number, time: string, isBuyerMaker: boolean) => ({
      ...{ id, price: '104000.10', qty: '0.00500000', quoteQty: '520', time: parseTime(time), isBuyerMaker },
    });
    const bench = await open(() => ({
      body: [
        print(1, '2025-05-31T23:59:59Z', true),
        print(2, '2025-06-01T00:00:00Z', true),
        print(3, '2025-06-01T00:01:00Z', true),
        print(4, '2025-06-01T00:02:00Z', false),
        print(5, '2025-06-01T00:10:00Z', false),
      ],
    }));
    const { provider, instrument, from, to } = bench;
    expect(await provider.ticks!({ instrument, from, to, limit: 2 })).toMatchObject([
      { id: '3', side: 'sell', price: 104_000.1, size: 0.005 },
      { id: '4', side: 'buy', eventTime: parseTime('2025-06-01T00:02:00Z') },
    ]);
    await bench.close();
  });

  it('tells the best levels of both sides', async () => {
    const body = { lastUpdateId: 27, bids: [['104000.1', '2']], asks: [['104000.2', '0.5', []]] };
    const bench = await open((path) => (path === '/api/v3/depth' ? { body } : undefined));
    const now = parseTime('2025-06-01T00:10:00Z');
    expect(await bench.provider.book!(bench.instrument, 20)).toEqual({
      ...{ symbol: 'BTCUSDT', bids: [[104_000.1, 2]], asks: [[104_000.2, 0.5]], sequence: 27 },
      ...{ eventTime: now, receiveTime: now, source: 'binance' },
    });
    expect(bench.server.requests[0]!.query).toEqual({ symbol: 'BTCUSDT', limit: '20' });
    await bench.close();
  });

  it('knows what its calls weigh', () => {
    const { weight } = binance(vendorDeps(0)).budget!;
    expect([weight!(new URL('https://x/api/v3/klines?a=b')), weight!(new URL('https://x/p/api/v3/trades'))]).toEqual([
      2, 25,
    ]);
  });

  it.skipIf(!needsShared('the documented binance trade', 'fixtures/binance'))(
    'reads the documented trade',
    async () => {
      const file = 'endpoints__spot__exchangedata__getrecenttrades.json';
      const bench = await open(() => ({ body: sharedJson<{ body: unknown }>('fixtures', 'binance', file).body }));
      const range = { from: parseTime('2017-07-12'), to: parseTime('2017-07-13'), limit: 10 };
      expect(await bench.provider.ticks!({ instrument: bench.instrument, ...range })).toMatchObject([
        { price: 4.000001, size: 12, side: 'sell', id: '28457', eventTime: 1499865549590 },
      ]);
      await bench.close();
    },
  );
});
