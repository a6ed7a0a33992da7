import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DoctorDocument } from '../../api/documents.ts';
import type { DecisionDocument } from '../../domain/record.ts';
import { type SystemWorld, systemWorld } from '../system-world.ts';
import { openStandIn, type StandInServer } from './server.ts';

let standIn: StandInServer;
beforeAll(async () => {
  standIn = await openStandIn({ now: Date.now });
});
afterAll(() => standIn.close());

/** Only the stand-in can be reached. */
const alone: typeof fetch = (input, init) => {
  const { href } = new URL(input instanceof Request ? input.url : input);
  if (!href.startsWith(standIn.url)) throw new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } });
  return fetch(input, init);
};

type Trial = [vendor: string, assetClass: string, symbol: string, interval: string];
/** Each line is one desk. */
const desks: Trial[][] = [
  [
    ['alpaca', 'equity', 'AAPL', '1h'],
    ['oanda', 'fx', 'EURUSD', '4h'],
    ['binance', 'crypto', 'BTCUSDT', '15m'],
  ],
  [
    ['polygon', 'equity', 'AAPL', '1d'],
    ['twelvedata', 'fx', 'EURUSD', '1h'],
    ['alpaca', 'crypto', 'BTCUSD', '1h'],
  ],
  [
    ['alphavantage', 'equity', 'AAPL', '1d'],
    ['frankfurter', 'fx', 'EURUSD', '1d'],
    ['finnhub', 'crypto', 'BTCUSDT', '1h'],
  ],
  [
    ['yahoo', 'equity', 'AAPL', '1h'],
    ['polygon', 'fx', 'EURUSD', '1h'],
    ['twelvedata', 'crypto', 'BTCUSD', '1d'],
  ],
  [['twelvedata', 'equity', 'AAPL', '1h']],
];

describe.each(desks.map((trials) => ({ names: trials.map(([vendor]) => vendor).join(', '), trials })))(
  'a desk on stand-ins of $names',
  ({ trials }) => {
    let desk: SystemWorld;
    beforeAll(async () => {
      const env = standIn.environment(...trials.map(([vendor]) => vendor));
      const chains = trials.map(([vendor, assetClass]) => `${assetClass}: [${vendor}]`).join(', ');
      desk = await systemWorld({ env, yaml: `chains: { ${chains} }`, fetch: alone });
    });
    afterAll(() => desk.close());

    it.each(trials)('decides on fresh bars of %s (%s, %s, %s)', async (vendor, _, symbol, interval) => {
      const decision = await desk.post<DecisionDocument>('/api/analyze', { symbol, interval });
      expect(decision).toMatchObject({ symbol, interval, source: vendor });
      expect([decision.simulated, decision.quality.stale]).toEqual([undefined, false]);
      expect(decision.signals.filter(({ kind }) => kind === 'view')).not.toEqual([]);
    });

    it('knows that each of them answers', async () => {
      const { checks } = await desk.get<DoctorDocument>('/api/doctor');
      for (const [vendor] of trials) {
        const line = checks.find(({ name }) => name === `data ${vendor}`);
        expect(line).toMatchObject({ state: 'on', text: expect.stringContaining('last answer') });
      }
    });
  },
);

describe('the stand-in server', () => {
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${standIn.url}${path}`, { headers });
    return { status: response.status, text: await response.text() };
  };

  it.each([
    ['alpaca', '/v2/stocks/AAPL/snapshot', 403, 'forbidden'],
    ['polygon', '/v2/last/nbbo/AAPL', 401, 'Unknown API Key'],
    ['finnhub', '/api/v1/quote?symbol=AAPL', 401, 'Invalid API key'],
    ['alphavantage', '/query?function=GLOBAL_QUOTE&symbol=AAPL', 200, 'apikey is invalid'],
    ['twelvedata', '/quote?symbol=AAPL', 401, 'apikey'],
    ['oanda', '/v3/accounts/stand-in/pricing?instruments=EUR_USD', 401, 'Insufficient authorization'],
    ['fred', '/fred/series?series_id=GDP', 400, 'api_key is not registered'],
  ])('refuses a missing key as %s does', async (vendor, path, status, text) => {
    expect(await ask(`/${vendor}${path}`)).toMatchObject({ status, text: expect.stringContaining(text) });
  });

  it('serves a series of FRED to its key', async () => {
    const { text } = await ask('/fred/fred/series/observations?series_id=GDP&api_key=stand-in&file_type=json');
    expect(JSON.parse(text).observations.at(-1)).toMatchObject({ date: '2024-07-01', value: '29349.924' });
  });

  it.each([
    ['500', { status: 500 }],
    ['429', { status: 429, text: expect.stringContaining('-1003') }],
    ['html', { status: 200, text: expect.stringContaining('<!doctype html>') }],
    ['none', { status: 200, text: expect.stringContaining('askPrice') }],
  ])('fails with %s when it is told to', async (failure, answer) => {
    expect((await ask(`/control/binance?fail=${failure}`)).status).toBe(200);
    expect(await ask('/binance/api/v3/ticker/bookTicker?symbol=BTCUSDT')).toMatchObject(answer);
  });

  it('says what it can be told', async () => {
    expect(await ask('/control/bloomberg?fail=500')).toMatchObject({
      status: 400,
      text: expect.stringContaining('html'),
    });
  });
});
