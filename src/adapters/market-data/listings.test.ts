import { describe, expect, it } from 'vitest';
import { type Instrument, isCurrencyPair } from '../../domain/instrument.ts';
import { needsShared, sharedJson } from '../../testing/shared.ts';
import { vendorDeps } from '../../testing/vendor-bench.ts';
import { type VendorAnswer, vendorServer } from '../../testing/vendor-server.ts';
import { alpaca } from './alpaca.ts';
import { binance } from './binance.ts';
import { finnhub } from './finnhub.ts';
import { oanda } from './oanda.ts';
import { polygon } from './polygon.ts';
import { twelvedata } from './twelvedata.ts';
import type { Vendor } from './vendor.ts';

const keys = {
  ...{ ALPACA_API_KEY: 'k', ALPACA_API_SECRET: 's-secret', POLYGON_API_KEY: 'k-secret', FINNHUB_API_KEY: 'k-secret' },
  ...{ TWELVEDATA_API_KEY: 'k-secret', OANDA_API_TOKEN: 'k-secret', OANDA_ACCOUNT_ID: '101-1' },
};

/** What a vendor lists under a name, from a stand-in on this machine. */
async function listed(
  vendor: Vendor,
  name: string,
  answer: (path: string, query: Record<string, string>) => VendorAnswer | undefined,
) {
  const server = await vendorServer(answer);
  try {
    const variable = `${vendor(vendorDeps(0)).name.toUpperCase()}_BASE_URL`;
    const provider = vendor(vendorDeps(0, { ...keys, [variable]: server.url }));
    const listings = await provider.listings!(name);
    expect(JSON.stringify(server.requests.map(({ query }) => query))).not.toContain('secret');
    return { ...listings, requests: server.requests };
  } finally {
    await server.close();
  }
}

function expectSound(each: Instrument) {
  expect(each.tick > 0n && each.lot > 0n && each.pip >= each.tick && each.minQuantity > 0n).toBe(true);
  expect(each.marginRate > 0 && each.marginRate <= 1 && each.typicalSpread > 0).toBe(true);
  expect(isCurrencyPair(each)).toBe(each.assetClass === 'fx');
}

describe('binance', () => {
  const filters = [
    { filterType: 'PRICE_FILTER', minPrice: '0.00000001', maxPrice: '1.00000000', tickSize: '0.00000001' },
    { filterType: 'LOT_SIZE', minQty: '1.00', maxQty: '9000000.00', stepSize: '1.00' },
  ];
  const pepe = { symbol: 'PEPEUSDT', status: 'TRADING', baseAsset: 'PEPE', quoteAsset: 'USDT', filters };
  const coins = (...symbols: object[]) => ({ body: { timezone: 'UTC', symbols } });

  it('lists a pair with the steps of its market, however it is spelled', async () => {
    const { instruments, requests } = await listed(binance, 'PEPE/USDT', (path) =>
      path === '/api/v3/exchangeInfo' ? coins(pepe) : undefined,
    );
    expect(requests[0]!.query).toEqual({ symbol: 'PEPEUSDT' });
    expect(instruments).toMatchObject([
      { symbol: 'PEPEUSDT', base: 'PEPE', quote: 'USDT', calendar: 'crypto', tick: 10n, lot: 1_000_000_000n },
    ]);
    instruments.forEach(expectSound);
  });

  it('lists nothing for a name that it refuses, or a market that is shut', async () => {
    const refused = { status: 400, body: { code: -1121, msg: 'Invalid symbol.' } };
    expect((await listed(binance, 'PEPEEUR', () => refused)).instruments).toEqual([]);
    const share = await listed(binance, 'SHOP', () => refused);
    expect(share).toMatchObject({ instruments: [], requests: [] });
    const shut = await listed(binance, 'PEPEUSDT', () => coins({ ...pepe, status: 'BREAK' }));
    expect(shut.instruments).toEqual([]);
  });

  it('says why a pair that is priced in a coin is of no use', async () => {
    const inCoins = coins({ ...pepe, symbol: 'ETHBTC', baseAsset: 'ETH', quoteAsset: 'BTC' });
    const { instruments, reason } = await listed(binance, 'ETHBTC', () => inCoins);
    expect(instruments).toEqual([]);
    expect(reason).toContain('in BTC');
  });

  it.skipIf(!needsShared('recorded listings', 'fixtures', 'binance'))('reads its recorded answer', async () => {
    const { body } = sharedJson<{ body: object }>(
      ...['fixtures', 'binance', 'endpoints__spot__exchangedata__getexchangeinfo.json'],
    );
    expect((await listed(binance, 'ETHBTC', () => ({ body }))).reason).toContain('ETHBTC');
  });
});

describe('alpaca', () => {
  const shop = {
    ...{ class: 'us_equity', exchange: 'NASDAQ', symbol: 'SHOP', name: 'Shopify Inc. Common Stock', status: 'active' },
    ...{ tradable: true, shortable: false },
  };

  it('lists a share by its code, with its key in headers only', async () => {
    const { instruments, requests } = await listed(alpaca, 'NASDAQ:SHOP', () => ({ body: shop }));
    expect(requests[0]).toMatchObject({ path: '/v2/assets/SHOP', headers: { 'apca-api-secret-key': 's-secret' } });
    expect(instruments).toMatchObject([
      { symbol: 'SHOP', venue: 'nasdaq', calendar: 'us-equity', quote: 'USD', shortable: false, assetClass: 'equity' },
    ]);
    instruments.forEach(expectSound);
  });

  it('says that it does not know the hours of a share traded over the counter', async () => {
    const { instruments, reason } = await listed(alpaca, 'SHOP', () => ({ body: { ...shop, exchange: 'OTC' } }));
    expect(instruments).toEqual([]);
    expect(reason).toMatch(/SHOP .* OTC, whose trading hours/);
  });

  it('lists nothing for what it does not have, and fails as itself', async () => {
    expect((await listed(alpaca, 'NOPE', () => undefined)).instruments).toEqual([]);
    await expect(listed(alpaca, 'SHOP', () => ({ status: 403, body: {} }))).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it.skipIf(!needsShared('recorded assets', 'fixtures', 'alpaca'))('reads its recorded answer', async () => {
    const { body } = sharedJson<{ body: object }>('fixtures', 'alpaca', 'asset_routes__get_asset.json');
    expect((await listed(alpaca, 'AAPL', () => ({ body }))).instruments).toMatchObject([{ symbol: 'AAPL' }]);
  });
});

describe('polygon', () => {
  it('lists shares and funds of exchanges that it names by their codes', async () => {
    const row = { name: 'ARK Innovation ETF', market: 'stocks', locale: 'us', primary_exchange: 'BATS', type: 'ETF' };
    const body = { status: 'OK', results: [{ ticker: 'ARKK', ...row }] };
    const { instruments } = await listed(polygon, 'ARKK', () => ({ body }));
    expect(instruments).toMatchObject([{ symbol: 'ARKK', assetClass: 'etf', venue: 'cboe' }]);
    instruments.forEach(expectSound);
  });

  it.skipIf(!needsShared('recorded tickers', 'fixtures', 'polygon'))('reads its recorded answer', async () => {
    const body = sharedJson<object>('fixtures', 'polygon', 'v3__reference__tickers.json');
    const { instruments } = await listed(polygon, 'A', () => ({ body }));
    expect(instruments.map(({ symbol, venue }) => [symbol, venue])).toEqual([
      ['A', 'nyse'],
      ['AA', 'nyse'],
    ]);
  });
});

describe('finnhub', () => {
  const row = (symbol: string, description: string) => ({
    ...{ symbol, description, displaySymbol: symbol, type: 'Common Stock' },
  });

  it('tells a class of an American share from a share of another exchange', async () => {
    const result = [row('BF.B', 'BROWN-FORMAN CORP-CLASS B'), row('TSCO.L', 'TESCO PLC'), row('AIR.PA', 'AIRBUS SE')];
    const { instruments } = await listed(finnhub, 'BF.B', () => ({ body: { count: 3, result } }));
    expect(instruments.map(({ symbol, calendar, quote }) => [symbol, calendar, quote])).toEqual([
      ['BF.B', 'us-equity', 'USD'],
      ['TSCO.L', 'lse', 'GBX'],
    ]);
    instruments.forEach(expectSound);
  });

  it('says why the only share of that code cannot be used', async () => {
    const body = { count: 1, result: [row('AIR.PA', 'AIRBUS SE')] };
    expect((await listed(finnhub, 'AIR', () => ({ body }))).reason).toContain('AIR (AIRBUS SE) on PA');
  });
});

describe('twelvedata', () => {
  it('lists one share per exchange with a calendar, each with the code that it takes itself', async () => {
    const row = (mic_code: string, exchange: string) => ({
      ...{ symbol: 'ADS', instrument_name: 'adidas AG', exchange, mic_code, instrument_type: 'Common Stock' },
    });
    const body = { data: [row('XETR', 'XETR'), row('XPAR', 'Euronext')], status: 'ok' };
    const { instruments, requests } = await listed(twelvedata, 'ADS.DE', () => ({ body }));
    expect(requests[0]!.query).toMatchObject({ symbol: 'ADS' });
    expect(instruments).toMatchObject([
      { symbol: 'ADS.DE', calendar: 'xetra', quote: 'EUR', vendorCodes: { twelvedata: 'ADS:XETR', yahoo: 'ADS.DE' } },
    ]);
    instruments.forEach(expectSound);
  });
});

describe('oanda', () => {
  const row = (name: string, type: string) => ({
    ...{ name, type, displayName: name.replace('_', '/'), pipLocation: -4, displayPrecision: 5 },
    ...{ tradeUnitsPrecision: 0, minimumTradeSize: '1', marginRate: '0.1' },
  });
  const body = { instruments: [row('EUR_CZK', 'CURRENCY'), row('EUR_HUF', 'CURRENCY'), row('DE30_EUR', 'CFD')] };

  it('lists a pair of the account with the steps and the margin of the account', async () => {
    const { instruments, requests } = await listed(oanda, 'EUR/CZK', () => ({ body }));
    expect(requests[0]!.path).toBe('/v3/accounts/101-1/instruments');
    expect(instruments).toMatchObject([
      { symbol: 'EURCZK', tick: 10_000n, pip: 100_000n, minQuantity: 1_000_000_000n, marginRate: 0.1, calendar: 'fx' },
    ]);
    instruments.forEach(expectSound);
  });

  it('says why a contract for difference cannot be used', async () => {
    expect(await listed(oanda, 'DE30EUR', () => ({ body }))).toMatchObject({
      instruments: [],
      reason: expect.stringContaining('CFD'),
    });
  });
});
