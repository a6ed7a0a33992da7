import { describe, expect, it } from 'vitest';
import { requireInstrument } from '../../domain/instruments.ts';
import { parseTime, toIso } from '../../domain/time.ts';
import { describeProvider } from '../../testing/market-data-contract.ts';
import { needsShared, sharedJson } from '../../testing/shared.ts';
import { replayVendor, type VendorRecording, vendorDeps } from '../../testing/vendor-bench.ts';
import { finnhub } from './finnhub.ts';

const recording: VendorRecording = {
  vendor: finnhub,
  symbol: 'AAPL',
  interval: '1d',
  from: '2025-06-16',
  to: '2025-06-20',
  settings: { FINNHUB_API_KEY: 'k-secret' },
  answer: (path) =>
    path === '/api/v1/stock/candle'
      ? {
          body: {
            s: 'ok',
            t: [1_750_032_000, 1_750_118_400, 1_750_204_800],
            o: [197.3, 197.2, 195.9],
            h: [198.69, 198.39, 197.6],
            l: [196.56, 195.21, 195.1],
            c: [198.42, 195.64, 196.58],
            v: [43_020_691, 38_856_152, 45_394_689],
          },
        }
      : path === '/api/v1/quote'
        ? { body: { c: 196.58, h: 197.6, l: 195.1, o: 195.9, pc: 195.64, t: 1_750_276_800 } }
        : undefined,
};

describeProvider('finnhub', () => replayVendor(recording));

describe('finnhub', () => {
  it('sends its key in a header, never in the address', async () => {
    const bench = await replayVendor(recording);
    await bench.provider.bars({ ...bench });
    expect(bench.server.requests[0]).toMatchObject({
      query: { symbol: 'AAPL', resolution: 'D', from: '1749988800', to: '1750377599' },
      headers: { 'x-finnhub-token': 'k-secret' },
    });
    expect(JSON.stringify(bench.server.requests[0]!.query)).not.toContain('secret');
    await bench.close();
  });

  it('has no price of what it answers zeros for', async () => {
    const bench = await replayVendor({
      ...recording,
      answer: () => ({ body: { c: 0, h: 0, l: 0, o: 0, pc: 0, t: 0 } }),
    });
    await expect(bench.provider.quote!(bench.instrument)).rejects.toMatchObject({ code: 'not_found' });
    await bench.close();
  });

  it('refuses columns that do not fit together', async () => {
    const bench = await replayVendor({
      ...recording,
      answer: () => ({
        body: { s: 'ok', t: [1_750_032_000, 1_750_118_400], o: [1], h: [1, 1], l: [1, 1], c: [1, 1], v: [1, 1] },
      }),
    });
    await expect(bench.provider.bars({ ...bench })).rejects.toMatchObject({ code: 'unavailable' });
    await bench.close();
  });

  it('goes month by month within the day, since one call gives no more', async () => {
    const bench = await replayVendor({
      ...{ ...recording, interval: '1h', from: '2025-03-01', to: '2025-06-01' },
      answer: (_, { from }) => ({
        body: { s: 'ok', t: [Number(from)], o: [1], h: [1], l: [1], c: [1], v: [1] },
      }),
    });
    const bars = await bench.provider.bars({ ...bench });
    expect(bars.map((bar) => toIso(bar.openTime).slice(0, 10))).toEqual([
      '2025-03-01',
      '2025-03-31',
      '2025-04-30',
      '2025-05-30',
    ]);
    await bench.close();
  });

  it('puts a day of currencies on its date, although it begins the evening before', async () => {
    const t = [Date.UTC(2025, 5, 17, 21) / 1000];
    const bench = await replayVendor({
      ...{ ...recording, symbol: 'EURUSD' },
      answer: () => ({ body: { s: 'ok', t, o: [1], h: [1], l: [1], c: [1], v: [1] } }),
    });
    expect((await bench.provider.bars({ ...bench })).map((bar) => toIso(bar.openTime))).toEqual([
      '2025-06-18T00:00:00.000Z',
    ]);
    await bench.close();
  });

  it('tells when results were and will be published, and that a day to come is only expected', async () => {
    const row = { symbol: 'AAPL', revenueActual: 1, revenueEstimate: 1 };
    const bench = await replayVendor({
      ...recording,
      now: '2025-06-20T12:00:00Z',
      answer: (path) =>
        path === '/api/v1/calendar/earnings'
          ? {
              body: {
                earningsCalendar: [
                  {
                    ...row,
                    date: '2025-07-31',
                    hour: 'amc',
                    year: 2025,
                    quarter: 3,
                    epsEstimate: 1.43,
                    epsActual: null,
                  },
                  {
                    ...row,
                    date: '2025-05-01',
                    hour: 'amc',
                    year: 2025,
                    quarter: 2,
                    epsEstimate: 1.66,
                    epsActual: 1.65,
                  },
                  { ...row, date: '2025-01-30', hour: 'bmo', year: 2025, quarter: 1, epsActual: 2.4 },
                  { ...row, symbol: 'AAPL.MX', date: '2025-05-01', hour: '', year: 2025, quarter: 2 },
                ],
              },
            }
          : undefined,
    });
    const { instrument } = bench;
    const range = { from: parseTime('2025-01-01'), to: parseTime('2026-01-01') };
    const told = await bench.provider.earnings!({ instrument, ...range });
    const common = { kind: 'earnings', symbol: 'AAPL', source: 'finnhub' };
    expect(told.map((each) => ({ ...each, eventTime: toIso(each.eventTime) }))).toEqual([
      {
        ...{ ...common, id: 'finnhub|AAPL|earnings|2025Q1', period: '2025Q1', actual: 2.4 },
        ...{ effectiveTime: parseTime('2025-01-30T14:30:00Z'), eventTime: '2025-01-30T14:30:00.000Z' },
        receiveTime: parseTime('2025-06-20T12:00:00Z'),
      },
      {
        ...{ ...common, id: 'finnhub|AAPL|earnings|2025Q2', period: '2025Q2', actual: 1.65, forecast: 1.66 },
        // After the close, and at the latest when the day ends in New York.
        ...{ effectiveTime: parseTime('2025-05-01T20:00:00Z'), eventTime: '2025-05-02T04:00:00.000Z' },
        receiveTime: parseTime('2025-06-20T12:00:00Z'),
      },
      {
        ...{ ...common, id: 'finnhub|AAPL|earnings|2025Q3', period: '2025Q3', forecast: 1.43, estimatedDate: true },
        ...{ effectiveTime: parseTime('2025-07-31T20:00:00Z'), eventTime: '2025-06-20T12:00:00.000Z' },
        receiveTime: parseTime('2025-06-20T12:00:00Z'),
      },
    ]);
    expect(bench.server.requests[0]!.query).toEqual({ symbol: 'AAPL', from: '2025-01-01', to: '2026-01-01' });
    expect(await bench.provider.earnings!({ instrument: requireInstrument('SPY'), ...range })).toEqual([]);
    await bench.close();
  });

  it('does not lose the first day of a range of currencies', async () => {
    const stamps = [Date.UTC(2025, 5, 16, 21) / 1000, Date.UTC(2025, 5, 17, 21) / 1000];
    const bench = await replayVendor({
      ...{ ...recording, symbol: 'EURUSD', from: '2025-06-17', to: '2025-06-18' },
      answer: (_, query) => {
        const t = stamps.filter((each) => each >= Number(query.from) && each <= Number(query.to));
        const ones = t.map(() => 1);
        return { body: { s: 'ok', t, o: ones, h: ones, l: ones, c: ones, v: ones } };
      },
    });
    expect((await bench.provider.bars({ ...bench })).map((bar) => toIso(bar.openTime))).toEqual([
      '2025-06-17T00:00:00.000Z',
    ]);
    await bench.close();
  });

  it('is not offered without its key', () => {
    expect(finnhub(vendorDeps(0)).unavailable).toBe('Set FINNHUB_API_KEY.');
  });

  it.skipIf(!needsShared('recorded answers of finnhub', 'fixtures', 'finnhub'))(
    'reads its recorded answers',
    async () => {
      const file = <T>(name: string) => sharedJson<T>('fixtures', 'finnhub', name);
      const candles = file<{ c: number[] }>('stock__candles.json');
      const bench = await replayVendor({
        ...recording,
        from: '2019-09-01',
        to: '2019-10-01',
        answer: (path) => ({
          body: path.endsWith('candle') ? candles : file('stock__quote.json'),
        }),
      });
      expect((await bench.provider.bars({ ...bench })).map((bar) => bar.close)).toEqual(candles.c);
      const quote = await bench.provider.quote!(bench.instrument);
      expect((quote.bid + quote.ask) / 2).toBeCloseTo(261.74, 6);
      await bench.close();
    },
  );
});
