import { describe, expect, it } from 'vitest';
import { toIso } from '../../domain/time.ts';
import { describeProvider } from '../../testing/market-data-contract.ts';
import { needsShared, sharedJson } from '../../testing/shared.ts';
import { replayVendor, type VendorRecording, vendorDeps } from '../../testing/vendor-bench.ts';
import { twelvedata } from './twelvedata.ts';

const value = (datetime: string, open: string, high: string, low: string, close: string) => ({
  datetime,
  open,
  high,
  low,
  close,
});
const recording: VendorRecording = {
  vendor: twelvedata,
  symbol: 'EURUSD',
  interval: '1h',
  from: '2025-06-18T10:00:00Z',
  to: '2025-06-18T13:00:00Z',
  settings: { TWELVEDATA_API_KEY: 'k-secret' },
  answer: (path) =>
    path === '/time_series'
      ? {
          body: {
            status: 'ok',
            meta: { symbol: 'EUR/USD', interval: '1h' },
            values: [
              value('2025-06-18 10:00:00', '1.15010', '1.15120', '1.14990', '1.15080'),
              value('2025-06-18 11:00:00', '1.15080', '1.15200', '1.15020', '1.15150'),
              value('2025-06-18 12:00:00', '1.15150', '1.15210', '1.15050', '1.15060'),
            ],
          },
        }
      : path === '/quote'
        ? { body: { symbol: 'EUR/USD', close: '1.15060', datetime: '2025-06-18', timestamp: 1_750_251_540 } }
        : undefined,
};
const refusing = (code: number) => ({
  ...recording,
  answer: () => ({ body: { code, message: `apikey k-secret ${code}`, status: 'error' } }),
});

describeProvider('twelvedata', () => replayVendor(recording));

describe('twelvedata', () => {
  it('is asked in UTC, unadjusted, with its key in a header', async () => {
    const bench = await replayVendor(recording);
    const bars = await bench.provider.bars({ ...bench });
    expect(bars.map((bar) => toIso(bar.openTime))[0]).toBe('2025-06-18T10:00:00.000Z');
    expect(bench.server.requests[0]).toMatchObject({
      query: {
        symbol: 'EUR/USD',
        interval: '1h',
        timezone: 'UTC',
        adjust: 'none',
        start_date: '2025-06-18 10:00:00',
        end_date: '2025-06-18 12:59:59',
      },
      headers: { authorization: 'apikey k-secret' },
    });
    await bench.close();
  });

  it.each([
    [401, 'unavailable'],
    [429, 'rate_limited'],
    [404, 'not_found'],
    [500, 'unavailable'],
  ])('means failure by code %i although the status is 200', async (code, expected) => {
    const bench = await replayVendor(refusing(code));
    const failure = bench.provider.bars({ ...bench }).catch((each: unknown) => each);
    expect(await failure).toMatchObject({ code: expected });
    expect(JSON.stringify(await failure) + String(await failure)).not.toContain('secret');
    await bench.close();
  });

  it('has no bars where it says that there are none', async () => {
    const body = { code: 400, message: 'No data is available on the specified dates.', status: 'error' };
    for (const status of [200, 400]) {
      const bench = await replayVendor({ ...recording, answer: () => ({ status, body }) });
      expect(await bench.provider.bars({ ...bench })).toEqual([]);
      await bench.close();
    }
  });

  it('does not take an empty price for 0', async () => {
    const values = [value('2025-06-18 10:00:00', '', '1.2', '1.1', '1.15')];
    const bench = await replayVendor({ ...recording, answer: () => ({ body: { status: 'ok', values } }) });
    await expect(bench.provider.bars({ ...bench })).rejects.toMatchObject({ code: 'unavailable' });
    await bench.close();
  });

  it('is not offered without its key', () => {
    expect(twelvedata(vendorDeps(0)).unavailable).toBe('Set TWELVEDATA_API_KEY.');
  });

  it.skipIf(!needsShared('recorded answers of twelvedata', 'fixtures', 'twelvedata'))(
    'reads its recorded answers',
    async () => {
      const file = (name: string) =>
        sharedJson<{ values: { close: string }[] }>('fixtures', 'twelvedata', `sharp__${name}_Test.json`);
      const share = { ...recording, symbol: 'AAPL', interval: '1m' as const, from: '2021-03-01', to: '2021-03-02' };
      const bench = await replayVendor({
        ...share,
        answer: (path) => ({ body: path === '/quote' ? file('GetQuote_Success') : file('GetTimeSeriesAsync_Success') }),
      });
      const bars = await bench.provider.bars({ ...bench });
      expect(bars.map((bar) => bar.close)).toEqual(
        file('GetTimeSeriesAsync_Success').values.map((each) => Number(each.close)),
      );
      const quote = await bench.provider.quote!(bench.instrument);
      expect((quote.bid + quote.ask) / 2).toBeCloseTo(127.79, 6);
      await bench.close();
      for (const [name, code] of [
        ['BadApiKey', 'unavailable'],
        ['InvalidSymbol', 'not_found'],
      ] as const) {
        const refused = await replayVendor({ ...share, answer: () => ({ body: file(`GetTimeSeriesAsync_${name}`) }) });
        await expect(refused.provider.bars({ ...refused })).rejects.toMatchObject({ code });
        await refused.close();
      }
    },
  );
});
