import type { Alpaca, TimeFrame } from '@alpacahq/alpaca-trade-api';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Tick } from '../../domain/tick.ts';
import { DAY, type Interval, MINUTE } from '../../domain/time.ts';
import type { MarketDataProvider } from '../../ports/market-data.ts';
import { actionsOf, type WireActions } from './alpaca/actions.ts';
import { alpacaListings } from './listings.ts';
import { openAlpaca } from './stream/alpaca.ts';
import { baseUrl, quoteAround, receivedBar, type Vendor, type VendorDeps, vendorCode } from './vendor.ts';

type Frame = (typeof TimeFrame)['Day'];
type Sort = 'asc' | 'desc';

/** Prints of one answer. */
const PAGE = 10_000;
/** Statuses that may be gone at the next try. */
const passing = [408, 500, 502, 503, 504];
/** Marks of prints that the exchange took back. */
const taken = new Set(['canceled', 'cancelled', 'incorrect']);

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
      (sdk) =>
        new sdk.Alpaca({
          ...{ keyId, secret, paper: true, timeoutMs: 8_000, fetchApi: redirected(deps) },
          // Calls are counted on the way out; who is told to wait hears it at once and asks another vendor.
          ...{ rateLimit: false, retry: { maxRetries: 2, retryDelayMs: 250, retryableStatuses: passing } },
        }),
    );
    return (await client).marketData;
  };

  const provider: MarketDataProvider = {
    name: 'alpaca',
    budget: { calls: 200, perMs: MINUTE },
    simulated: false,
    assetClasses: ['equity', 'etf', 'crypto'],
    intervals: Object.keys(frames) as Interval[],
    stream: (listener) => openAlpaca(deps, listener),
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
      // A snapshot has the last trade beside the quote: outside its hours IEX shows a side of zero.
      const { latestQuote, latestTrade } = await translated(async () => {
        const { stocks, crypto } = await open();
        if (!isCoin(instrument)) return stocks.stockSnapshotSingle({ symbol: code, feed: 'iex' });
        return (await crypto.cryptoSnapshots({ loc: 'us', symbols: code })).snapshots[code] ?? {};
      });
      const now = clock.now();
      if (latestQuote && latestQuote.bp > 0 && latestQuote.ap >= latestQuote.bp) {
        const times = { eventTime: new Date(latestQuote.t).getTime(), receiveTime: now };
        return { symbol: instrument.symbol, bid: latestQuote.bp, ask: latestQuote.ap, ...times, source: 'alpaca' };
      }
      if (latestTrade && latestTrade.p > 0) {
        return quoteAround(instrument, latestTrade.p, new Date(latestTrade.t).getTime(), now, 'alpaca');
      }
      throw new AppError('not_found', `alpaca: no price of ${instrument.symbol} now.`);
    },
    async ticks({ instrument, from, to, limit, signal }) {
      signal?.throwIfAborted();
      const code = vendorCode(instrument, 'alpaca');
      if (from >= to) return [];
      const request = {
        ...{ start: new Date(from), end: new Date(to), limit: Math.min(limit, PAGE) },
        // The newest are wanted where there are more than `limit`.
        sort: 'desc' as Sort,
      };
      const prints = await translated(async () => {
        const api = await open();
        return isCoin(instrument)
          ? api.getCryptoTradesFor(code, { ...request, loc: 'us' }, { maxPerSymbol: limit })
          : api.getStockTradesFor(code, { ...request, feed: 'iex' }, { maxPerSymbol: limit });
      });
      const common = { symbol: instrument.symbol, receiveTime: clock.now(), source: 'alpaca' };
      return prints
        .filter((each) => !taken.has(each.update ?? ''))
        .map(
          ({ timestamp, price, size, takerSide, idRaw }): Tick => ({
            ...common,
            ...{ price, size, eventTime: timestamp.getTime() },
            ...(takerSide ? { side: takerSide === 'B' ? 'buy' : 'sell' } : {}),
            ...(idRaw === undefined ? {} : { id: idRaw }),
          }),
        )
        .filter(({ eventTime }) => eventTime >= from && eventTime < to)
        .reverse()
        .sort((a, b) => a.eventTime - b.eventTime);
    },
    async corporateActions({ instrument, from, to, signal }) {
      signal?.throwIfAborted();
      if (isCoin(instrument) || from >= to) return [];
      const code = vendorCode(instrument, 'alpaca');
      const types = 'forward_split,reverse_split,stock_dividend,cash_dividend';
      const request = { symbols: code, types, start: new Date(from), end: new Date(to - 1), limit: 1_000 };
      const pages: WireActions[] = [];
      for (let pageToken: string | undefined; ; ) {
        const page = await translated(async () =>
          (await open()).corporateActions.corporateActions({ ...request, ...(pageToken ? { pageToken } : {}) }),
        );
        pages.push(page.corporateActions);
        if (!page.nextPageToken || page.nextPageToken === pageToken) break;
        pageToken = page.nextPageToken;
      }
      return actionsOf(pages, code, instrument, clock.now()).filter(
        ({ effectiveTime }) => effectiveTime >= from && effectiveTime < to,
      );
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
    url.pathname = target.pathname.replace(/\/+$/, '') + url.pathname;
    return fetch(url, init);
  };
}

/** The SDK's errors as ours; its messages may hold request headers, so only the status is told. */
async function translated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const { status, statusCode, code, retryAfterMs } = cause as Partial<Record<string, number>> & { code?: string };
    const answered = status ?? statusCode;
    if (answered === 404) throw new AppError('not_found', 'alpaca does not have this.', { cause });
    if (answered === 429) {
      const details = { status: 429, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
      throw new AppError('rate_limited', 'alpaca answered 429.', { cause, details });
    }
    if (answered === 401 || answered === 403) {
      const hint = 'Check ALPACA_API_KEY and ALPACA_API_SECRET: a key of the paper account goes with its own secret.';
      throw new AppError('unavailable', 'alpaca refused the key.', { cause, hint, details: { status: answered } });
    }
    const text = answered ? `alpaca answered ${answered}.` : `alpaca cannot be reached${code ? ` (${code})` : ''}.`;
    throw new AppError('unavailable', text, { cause, details: answered ? { status: answered } : { network: true } });
  }
}
