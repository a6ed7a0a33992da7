import { describe, expect, it } from 'vitest';
import { requireInstrument } from '../../domain/instruments.ts';
import { parseTime } from '../../domain/time.ts';
import { replayVendor } from '../../testing/vendor-bench.ts';
import type { VendorAnswer } from '../../testing/vendor-server.ts';
import { actionFacts } from './actions.ts';
import { alphavantage } from './alphavantage.ts';
import { finnhub } from './finnhub.ts';
import { twelvedata } from './twelvedata.ts';
import type { Vendor } from './vendor.ts';

const range = { from: parseTime('2020-01-01'), to: parseTime('2021-01-01') };
const open = (vendor: Vendor, name: string, answer: (path: string, query: Record<string, string>) => VendorAnswer) =>
  replayVendor({
    ...{ vendor, symbol: 'AAPL', interval: '1d', from: '2020-01-01', to: '2021-01-01' },
    ...{ settings: { [`${name}_API_KEY`]: 'k-secret' }, answer },
  });

/** In the shape that each vendor documents. */
const vendors: [string, Vendor, (path: string, query: Record<string, string>) => VendorAnswer][] = [
  [
    'twelvedata',
    twelvedata,
    (path) => ({
      body:
        path === '/splits'
          ? {
              meta: { symbol: 'AAPL' },
              splits: [
                { date: '2020-08-31', description: '4-for-1 split', ratio: 0.25, from_factor: 4, to_factor: 1 },
                { date: '2014-06-09', description: '7-for-1 split', ratio: 0.14286, from_factor: 7, to_factor: 1 },
              ],
            }
          : { meta: { symbol: 'AAPL' }, dividends: [{ ex_date: '2020-08-07', amount: 0.82 }] },
    }),
  ],
  [
    'alphavantage',
    alphavantage,
    (_, query) => ({
      body:
        query.function === 'SPLITS'
          ? { symbol: 'AAPL', data: [{ effective_date: '2020-08-31', split_factor: '4.0000' }] }
          : {
              symbol: 'AAPL',
              data: [
                {
                  ...{ ex_dividend_date: '2020-08-07', declaration_date: '2020-07-30', record_date: '2020-08-10' },
                  ...{ payment_date: '2020-08-13', amount: '0.82' },
                },
                {
                  ...{ ex_dividend_date: '1996-02-12', declaration_date: 'None', record_date: 'None' },
                  ...{ payment_date: 'None', amount: '0.12' },
                },
              ],
            },
    }),
  ],
  [
    'finnhub',
    finnhub,
    (path) => ({
      body: path.endsWith('/split')
        ? [{ symbol: 'AAPL', date: '2020-08-31', fromFactor: 1, toFactor: 4 }]
        : [
            {
              ...{ symbol: 'AAPL', date: '2020-08-07', amount: 0.82, adjustedAmount: 0.205, currency: 'USD' },
              ...{ payDate: '2020-08-13', recordDate: '2020-08-10', declarationDate: '2020-07-30' },
            },
          ],
    }),
  ],
];

describe.each(vendors)('%s', (name, vendor, answer) => {
  it('tells splits, and dividends as they were paid', async () => {
    const bench = await open(vendor, name.toUpperCase(), answer);
    const actions = await bench.provider.corporateActions!({ instrument: bench.instrument, ...range });
    expect(actions).toMatchObject([
      {
        ...{ id: `${name}|AAPL|dividend|2020-08-07`, kind: 'dividend', amount: 0.82, currency: 'USD', source: name },
        ...{ effectiveTime: parseTime('2020-08-07') },
        // Known when the day of its declaration is over, where the vendor tells it.
        eventTime: parseTime(name === 'twelvedata' ? '2020-08-07' : '2020-07-31'),
      },
      { id: `${name}|AAPL|split|2020-08-31`, kind: 'split', ratio: 4, effectiveTime: parseTime('2020-08-31') },
    ]);
    await bench.close();
  });

  it('has none of a currency, and asks nobody', async () => {
    const bench = await open(vendor, name.toUpperCase(), answer);
    expect(await bench.provider.corporateActions!({ instrument: requireInstrument('EURUSD'), ...range })).toEqual([]);
    expect(bench.server.requests).toHaveLength(0);
    await bench.close();
  });
});

describe('what a plan does not hold', () => {
  it.each([
    ['finnhub', finnhub, { status: 403, body: { error: "You don't have access to this resource." } }],
    ['twelvedata', twelvedata, { status: 403, body: { code: 403, message: 'k-secret: Grow plan', status: 'error' } }],
    ['alphavantage', alphavantage, { body: { Information: 'k-secret: this is a premium endpoint.' } }],
  ])('is said of %s, and nothing against the vendor itself', async (name, vendor, answer) => {
    const bench = await open(vendor, name.toUpperCase(), () => answer);
    const failure = await bench.provider.corporateActions!({ instrument: bench.instrument, ...range }).catch(
      (each: unknown) => each,
    );
    expect(failure).toMatchObject({ code: 'unavailable', details: { plan: true } });
    expect(String(failure)).toMatch(/plan/);
    expect(String(failure)).not.toContain('secret');
    await bench.close();
  });
});

describe('splits and dividends as facts', () => {
  const apple = requireInstrument('AAPL');

  it('keep two dividends of one day apart', () => {
    const date = '2020-08-07';
    const facts = actionFacts(
      'x',
      apple,
      0,
      [],
      [
        { date, amount: 0.82 },
        { date, amount: 5 },
      ],
    );
    expect(facts.map(({ id }) => id)).toEqual(['x|AAPL|dividend|2020-08-07', 'x|AAPL|dividend|2020-08-07|2']);
  });

  it.each([0, -2, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuse a split of %d, which would scale every bar',
    (ratio) => {
      expect(() => actionFacts('x', apple, 0, [{ date: '2020-08-31', ratio }], [])).toThrow('without its size');
    },
  );
});
