import { describe, expect, it } from 'vitest';
import { requireInstrument } from '../../domain/instruments.ts';
import { parseTime, toIso } from '../../domain/time.ts';
import { describeProvider } from '../../testing/market-data-contract.ts';
import { needsShared, sharedJson } from '../../testing/shared.ts';
import { replayVendor, type VendorRecording, vendorDeps } from '../../testing/vendor-bench.ts';
import { oanda } from './oanda.ts';

const candle = (time: string, o: string, h: string, l: string, c: string, complete = true) => ({
  ...{ time, complete, volume: 120, mid: { o, h, l, c } },
});
const recording: VendorRecording = {
  vendor: oanda,
  symbol: 'EURUSD',
  interval: '1h',
  from: '2025-06-18T10:00:00Z',
  to: '2025-06-18T12:00:00Z',
  settings: { OANDA_API_TOKEN: 't-secret', OANDA_ACCOUNT_ID: '101-001' },
  answer: (path) =>
    path === '/v3/instruments/EUR_USD/candles'
      ? {
          body: {
            candles: [
              candle('2025-06-18T10:00:00.000000000Z', '1.15010', '1.15120', '1.14990', '1.15080'),
              candle('2025-06-18T11:00:00.000000000Z', '1.15080', '1.15200', '1.15020', '1.15150'),
              candle('2025-06-18T12:00:00.000000000Z', '1.15150', '1.15210', '1.15050', '1.15060', false),
            ],
          },
        }
      : path === '/v3/accounts/101-001/pricing'
        ? {
            body: {
              prices: [
                {
                  ...{ instrument: 'EUR_USD', time: '2025-06-18T11:59:58.729643492Z' },
                  ...{ bids: [{ price: '1.15057' }, { price: '1.15055' }], asks: [{ price: '1.15065' }] },
                },
              ],
            },
          }
        : undefined,
};

describeProvider('oanda', () => replayVendor(recording));

describe('oanda', () => {
  it('gives mid prices on the UTC grid and leaves out what the range does not hold', async () => {
    const bench = await replayVendor(recording);
    const bars = await bench.provider.bars({ ...bench });
    expect(bars.map((bar) => [toIso(bar.openTime), bar.close])).toEqual([
      ['2025-06-18T10:00:00.000Z', 1.1508],
      ['2025-06-18T11:00:00.000Z', 1.1515],
    ]);
    expect(bench.server.requests[0]).toMatchObject({
      query: { granularity: 'H1', price: 'M', alignmentTimezone: 'UTC', dailyAlignment: '0', smooth: 'False' },
      headers: { authorization: 'Bearer t-secret' },
    });
    await bench.close();
  });

  it('goes on page by page until the range is full', async () => {
    const start = parseTime('2025-01-01');
    const from = (time: number, count: number) =>
      Array.from({ length: count }, (_, i) => candle(toIso(time + i * 60_000), '1', '1', '1', '1'));
    const bench = await replayVendor({
      ...{ ...recording, interval: '1m', from: '2025-01-01', to: '2025-01-05' },
      answer: (_, query) => ({ body: { candles: from(Math.ceil(Date.parse(query.from!) / 60_000) * 60_000, 5_000) } }),
    });
    const bars = await bench.provider.bars({ ...bench });
    expect(bars).toHaveLength(4 * 24 * 60);
    expect(bars.every((bar, i) => bar.openTime === start + i * 60_000)).toBe(true);
    expect(bench.server.requests).toHaveLength(2);
    await bench.close();
  });

  it.each([
    ["Invalid value specified for 'instrument'", 'not_found', 'oanda has no EURUSD.'],
    ["Invalid value specified for 'granularity' t-secret", 'unavailable', 'oanda refused the question.'],
  ])('means by status 400 and "%s" %s', async (errorMessage, code, message) => {
    const bench = await replayVendor({ ...recording, answer: () => ({ status: 400, body: { errorMessage } }) });
    await expect(bench.provider.bars({ ...bench })).rejects.toMatchObject({ code, message });
    await expect(bench.provider.quote!(bench.instrument)).rejects.toMatchObject({ code, message });
    await bench.close();
  });

  it('has no bars of a time to come, which it answers like a bad question', async () => {
    const errorMessage = "Invalid value specified for 'from'. Time is in the future";
    const bench = await replayVendor({ ...recording, answer: () => ({ status: 400, body: { errorMessage } }) });
    expect(await bench.provider.bars({ ...bench })).toEqual([]);
    await bench.close();
  });

  it('has no quote while one side is missing', async () => {
    const price = { instrument: 'EUR_USD', time: '2025-06-18T11:59:58.729643492Z' };
    const body = { prices: [{ ...price, bids: [{ price: '1.15057' }], asks: [] }] };
    const bench = await replayVendor({ ...recording, answer: () => ({ body }) });
    await expect(bench.provider.quote!(bench.instrument)).rejects.toMatchObject({ code: 'not_found' });
    await bench.close();
  });

  it('is not offered without token and account', () => {
    expect(oanda(vendorDeps(0, { OANDA_API_TOKEN: 't' })).unavailable).toBe(
      'Set OANDA_API_TOKEN and OANDA_ACCOUNT_ID.',
    );
  });

  it.skipIf(!needsShared('recorded answers of oanda', 'fixtures', 'oanda'))('reads its recorded answers', async () => {
    const file = <T>(name: string) => sharedJson<{ response: T }>('fixtures', 'oanda', name).response;
    const candles = file<{ candles: { mid: { c: string } }[] }>('instruments__v3_instruments_instrument_candles.json');
    const bench = await replayVendor({
      ...{ ...recording, interval: '5m', from: '2016-10-17T19:00:00Z', to: '2016-10-17T20:00:00Z' },
      answer: (path) => ({
        body: path.endsWith('pricing') ? file('pricing__v3_accounts_accountID_pricing.json') : candles,
      }),
    });
    const bars = await bench.provider.bars({ ...bench });
    expect(bars.map((bar) => bar.close)).toEqual(candles.candles.map((each) => Number(each.mid.c)));
    expect(await bench.provider.quote!(requireInstrument('EURUSD'))).toMatchObject({ bid: 1.12157, ask: 1.1217 });
    await bench.close();
  });
});
