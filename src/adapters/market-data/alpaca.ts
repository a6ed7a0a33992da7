import type { Alpaca, TimeFrame } from '@alpacahq/alpaca-trade-api';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { DAY, type Interval, MINUTE } from '../../domain/time.ts';
import type { MarketDataProvider } from '../../ports/market-data.ts';
import { alpacaListings } from './listings.ts';
import { baseUrl, receivedBar, type Vendor, type VendorDeps, vendorCode } from './vendor.ts';

type Frame = (typeof TimeFrame)['Day'];

const frames: Partial<Record<Interval, string>> = {
  '1m': '1Min',
  '5m': '5Min',
  '15m': '15Min',
  '30m': '30Min',
  '1h': '1Hour',
  '4h': '4Hour',
  '1d': '1Day',
};

/**
 * US shares (IEX feed, which needs no subscription) and crypto, with a key. Bars come as they were traded.
 * @see https://docs.alpaca.markets/docs/about-market-data-api
 */
export const alpaca: Vendor = (deps) => {
  const { clock, settings } = deps;
  const { ALPACA_API_KEY: keyId, ALPACA_API_SECRET: secret } = settings;
  const missing = keyId && secret ? undefined : 'Set ALPACA_API_KEY and ALPACA_API_SECRET.';
  // Loaded at the first call: the SDK is large and most desks have no key.
  let client: Promise<Alpaca> | undefined;
  const open = async () => {
    client ??= import('@alpacahq/alpaca-trade-api').then(
      (sdk) => new sdk.Alpaca({ keyId, secret, paper: true, timeoutMs: 8_000, fetchApi: redirected(deps) }),
    );
    return (await client).marketData;
  };

  const provider: MarketDataProvider = {
    name: 'alpaca',
    budget: { calls: 200, perMs: MINUTE },
    simulated: false,
    assetClasses: ['equity', 'etf', 'crypto'],
    intervals: Object.keys(frames) as Interval[],
    async bars({ instrument, interval, from, to, signal }) {
      signal?.throwIfAborted();
      const code = vendorCode(instrument, 'alpaca');
      if (from >= to) return [];
      // The end is part of Alpaca's range, not of ours.
      const request = { timeframe: frames[interval] as Frame, start: new Date(from), end: new Date(to - 1) };
      const rows = await translated(async () => {
        const api = await open();
        return isCoin(instrument)
          ? api.getCryptoBarsFor(code, { ...request, loc: 'us' })
          : api.getStockBarsFor(code, { ...request, adjustment: 'raw', feed: 'iex' });
      });
      const now = clock.now();
      return rows.map(({ timestamp, open, high, low, close, volume }) => {
        const stamp = timestamp.getTime();
        // A day is stamped with New York's midnight; days stand on their date everywhere here.
        const openTime = interval === '1d' ? Math.floor(stamp / DAY) * DAY : stamp;
        return receivedBar(interval, openTime, { open, high, low, close, volume }, now);
      });
    },
    listings: (spelling, signal) => {
      const headers = { 'APCA-API-KEY-ID': keyId ?? '', 'APCA-API-SECRET-KEY': secret ?? '' };
      const base = baseUrl(settings, 'ALPACA', 'https://paper-api.alpaca.markets');
      return alpacaListings(spelling, { http: deps.http, base, headers, signal });
    },
    async quote(instrument, signal) {
      signal?.throwIfAborted();
      const code = vendorCode(instrument, 'alpaca');
      const latest = await translated(async () => {
        const { stocks, crypto } = await open();
        if (!isCoin(instrument)) return (await stocks.stockLatestQuoteSingle({ symbol: code, feed: 'iex' })).quote;
        return (await crypto.cryptoLatestQuotes({ loc: 'us', symbols: code })).quotes[code];
      });
      // Outside its hours IEX shows a side of zero.
      if (!latest || !(latest.bp > 0 && latest.ap >= latest.bp)) {
        throw new AppError('not_found', `alpaca: no two-sided quote of ${instrument.symbol} now.`);
      }
      const times = { eventTime: new Date(latest.t).getTime(), receiveTime: clock.now() };
      return { symbol: instrument.symbol, bid: latest.bp, ask: latest.ap, ...times, source: 'alpaca' };
    },
  };
  return missing ? { ...provider, unavailable: missing } : provider;
};

const isCoin = (instrument: Instrument) => instrument.assetClass === 'crypto';

/** The SDK has no address option; ALPACA_BASE_URL is put in on the way out. */
function redirected({ fetch, settings }: VendorDeps): typeof fetch {
  const base = settings.ALPACA_BASE_URL;
  if (!base) return fetch;
  return (input, init) => {
    const url = new URL(typeof input === 'string' ? input : input instanceof URL ? input.href : input.url);
    const target = new URL(base);
    url.protocol = target.protocol;
    url.host = target.host;
    return fetch(url, init);
  };
}

/** The SDK's errors as ours; its messages may hold request headers, so only the status is told. */
async function translated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const { status, statusCode, code } = cause as { status?: number; statusCode?: number; code?: string };
    const answered = status ?? statusCode;
    if (answered === 404) throw new AppError('not_found', 'alpaca does not have this.', { cause });
    if (answered === 429) throw new AppError('rate_limited', 'alpaca answered 429.', { cause });
    const text = answered ? `alpaca answered ${answered}.` : `alpaca cannot be reached${code ? ` (${code})` : ''}.`;
    throw new AppError('unavailable', text, { cause, details: answered ? { status: answered } : { network: true } });
  }
}
