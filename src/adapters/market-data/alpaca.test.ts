import { describe, expect, it } from 'vitest';
import { parseTime } from '../../domain/time.ts';
import { needsShared, sharedJson } from '../../testing/shared.ts';
import { replayVendor } from '../../testing/vendor-bench.ts';
import type { VendorAnswer } from '../../testing/vendor-server.ts';
import { alpaca } from './alpaca.ts';

const open = (
  answer: (path: string, query: Record<string, string>) => VendorAnswer | undefined,
  range: { symbol?: string; from?: string; to?: string } = {},
) =>
  replayVendor({
    ...{ vendor: alpaca, symbol: 'AAPL', interval: '1h', from: '2022-03-09', to: '2022-03-10', ...range, answer },
    settings: { ALPACA_API_KEY: 'key', ALPACA_API_SECRET: 'secret' },
  });

const quoteOf = (bp: number, ap: number) => {
  const latestQuote = { t: '2022-03-09T20:59:58Z', ax: 'V', ap, as: 1, bx: 'V', bp, bs: 1, c: ['R'], z: 'C' };
  const latestTrade = { t: '2022-03-09T20:59:59Z', x: 'V', p: 162.95, s: 100, c: ['@'], i: 7, z: 'C' };
  return { body: { symbol: 'AAPL', latestQuote, latestTrade } };
};

describe('alpaca quotes', () => {
  it('are both sides of IEX while it shows both', async () => {
    const bench = await open(() => quoteOf(162.94, 162.96));
    expect(await bench.provider.quote!(bench.instrument)).toMatchObject({ bid: 162.94, ask: 162.96, source: 'alpaca' });
    expect(bench.server.requests[0]).toMatchObject({ path: '/v2/stocks/AAPL/snapshot', query: { feed: 'iex' } });
    await bench.close();
  });

  it.each([
    ['no ask', 162.94, 0],
    ['no bid', 0, 162.96],
    ['crossed sides', 163, 162],
  ])('are put around the last trade where there is %s', async (_, bid, ask) => {
    const bench = await open(() => quoteOf(bid, ask));
    expect(await bench.provider.quote!(bench.instrument)).toMatchObject({
      ...{ bid: 162.94, ask: 162.96, eventTime: parseTime('2022-03-09T20:59:59Z') },
      source: 'alpaca (last price ± half the usual spread)',
    });
    await bench.close();
  });

  it('are missing where nothing was ever traded', async () => {
    const bench = await open(() => ({ body: { symbol: 'AAPL' } }));
    await expect(bench.provider.quote!(bench.instrument)).rejects.toMatchObject({ code: 'not_found' });
    await bench.close();
  });
});

describe('alpaca refusals', () => {
  it.each([
    [{ status: 403, body: { message: 'forbidden. secret' } }, 'unavailable', { status: 403 }],
    [{ status: 429, headers: { 'retry-after': '90' }, body: {} }, 'rate_limited', { retryAfterMs: 90_000 }],
  ])(
    'of %j come with what to do next',
    async (answer, code, details) => {
      const bench = await open(() => answer);
      const failure = await bench.provider.quote!(bench.instrument).catch((each: unknown) => each);
      expect(failure).toMatchObject({ code, details });
      expect(String(failure)).not.toContain('secret');
      await bench.close();
    },
    20_000,
  );
});

describe('alpaca prints', () => {
  const print = (t: string, p: number, part: object = {}) => ({ t, x: 'V', p, s: 10, c: ['@'], i: 1, z: 'C', ...part });

  it('come oldest first, the newest where there are too many, without those taken back', async () => {
    const bench = await open((_, query) => ({
      body: {
        trades: {
          AAPL: [
            print('2022-03-10T00:00:00Z', 9),
            print('2022-03-09T15:00:02.183651Z', 3, { i: 71697353758036 }),
            print('2022-03-09T15:00:01Z', 2, { u: 'canceled' }),
            print('2022-03-09T15:00:00Z', 1),
          ],
        },
        next_page_token: query.page_token ? null : 'more',
      },
    }));
    const { provider, instrument, from, to } = bench;
    expect(await provider.ticks!({ instrument, from, to, limit: 4 })).toMatchObject([
      { price: 1, size: 10, eventTime: parseTime('2022-03-09T15:00:00Z') },
      { price: 3, id: '71697353758036', eventTime: parseTime('2022-03-09T15:00:02.183Z'), source: 'alpaca' },
    ]);
    expect(bench.server.requests).toHaveLength(1);
    expect(bench.server.requests[0]!.query).toMatchObject({ sort: 'desc', feed: 'iex', limit: '4' });
    await bench.close();
  });

  it('of coins say who took', async () => {
    const trade = { t: '2022-03-09T15:00:00Z', p: 42_000, s: 0.01, i: '9007199254740993' };
    const trades = { 'BTC/USD': [{ ...trade, tks: 'S' }] };
    const bench = await open(() => ({ body: { trades, next_page_token: null } }), { symbol: 'BTCUSD' });
    const { provider, instrument, from, to } = bench;
    expect(await provider.ticks!({ instrument, from, to, limit: 10 })).toMatchObject([
      { price: 42_000, size: 0.01, side: 'sell', id: '9007199254740993' },
    ]);
    await bench.close();
  });
});

describe('alpaca corporate actions', () => {
  it('are splits, dividends in shares and in cash, of the asked share only', async () => {
    const dates = { process_date: '2022-03-09', record_date: '2022-03-08', cusip: 'c' };
    const pages: Record<string, object> = {
      first: {
        forward_splits: [
          { id: 'a', symbol: 'AAPL', ex_date: '2022-06-06', new_rate: 20, old_rate: 1, ...dates },
          { id: 'b', symbol: 'AMZN', ex_date: '2022-06-06', new_rate: 20, old_rate: 1, ...dates },
        ],
      },
      second: {
        reverse_splits: [{ id: 'c', symbol: 'AAPL', ex_date: '2022-07-01', new_rate: 1, old_rate: 50, ...dates }],
        stock_dividends: [{ id: 'd', symbol: 'AAPL', ex_date: '2022-08-01', rate: 0.05, ...dates }],
        cash_dividends: [
          {
            ...{ id: 'e', symbol: 'AAPL', ex_date: '2022-05-06', rate: 0.23, foreign: false, special: false },
            ...{ payable_date: '2022-05-12', ...dates },
          },
        ],
      },
    };
    const bench = await open((_, query) => {
      const [page, next_page_token] = query.page_token ? ['second', null] : ['first', 'more'];
      return { body: { corporate_actions: pages[page], next_page_token } };
    });
    const range = { from: parseTime('2022-01-01'), to: parseTime('2023-01-01') };
    expect(await bench.provider.corporateActions!({ instrument: bench.instrument, ...range })).toMatchObject([
      { id: 'alpaca|e', kind: 'dividend', amount: 0.23, currency: 'USD', payTime: parseTime('2022-05-12') },
      { id: 'alpaca|a', kind: 'split', ratio: 20, effectiveTime: parseTime('2022-06-06') },
      { id: 'alpaca|c', kind: 'split', ratio: 0.02 },
      { id: 'alpaca|d', kind: 'split', ratio: 1.05 },
    ]);
    expect(bench.server.requests[0]!.query).toMatchObject({ symbols: 'AAPL', start: '2022-01-01', end: '2022-12-31' });
    await bench.close();
  });
});

describe.skipIf(!needsShared('recorded alpaca answers', 'fixtures/alpaca'))('alpaca, recorded,', () => {
  const body = (file: string) => {
    const read = sharedJson<{ body?: object }>('fixtures', 'alpaca', file);
    return { body: read.body ?? read };
  };

  it('reads the prints of its own client', async () => {
    const bench = await open(() => ({
      body: { ...(body('historical_stock_data__get_trades.json').body as object), next_page_token: null },
    }));
    const { provider, instrument, from, to } = bench;
    const prints = await provider.ticks!({ instrument, from, to, limit: 100 });
    expect(prints.map(({ price, size, id }) => [price, size, id])).toEqual([
      [159.07, 1, '151'],
      [159.07, 2, '168'],
    ]);
    await bench.close();
  });

  it('reads the corporate actions of its own clients', async () => {
    for (const file of ['corporate_actions__get_corporate_actions.json', 'go_marketdata__GetCorporateActions_1.json']) {
      const bench = await open(() => {
        const read = body(file).body as { corporate_actions: Record<string, { symbol: string }[]> };
        // The asked share takes the place of whichever was recorded.
        const text = JSON.stringify(read).replaceAll(/"(MNTS|SRE|MSBC|FCF|NVDL)"/g, '"AAPL"');
        return { body: { ...JSON.parse(text), next_page_token: null } };
      });
      const range = { from: parseTime('2023-01-01'), to: parseTime('2025-01-01') };
      const actions = await bench.provider.corporateActions!({ instrument: bench.instrument, ...range });
      const told = actions.map((each) => [
        each.kind,
        each.kind === 'split' ? each.ratio : 'amount' in each && each.amount,
      ]);
      expect(told).toEqual(
        file.startsWith('go')
          ? [['split', 6]]
          : [
              ['dividend', 0.125],
              ['split', 1.05],
              ['split', 2],
              ['split', 0.02],
            ],
      );
      await bench.close();
    }
  });
});
