import { z } from 'zod';
import type { Bar } from '../../domain/bar.ts';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Tick } from '../../domain/tick.ts';
import { intervals, MINUTE, type Timestamp } from '../../domain/time.ts';
import { binanceListings } from './listings.ts';
import { binanceFeed } from './stream/binance.ts';
import { openSession } from './stream/session.ts';
import { baseUrl, decimalText, receivedBar, type Vendor, vendorCode } from './vendor.ts';

/** Open time, open, high, low, close, volume, close time, and six more that nobody here needs. */
const Kline = z.tuple([z.number(), decimalText, decimalText, decimalText, decimalText, decimalText], z.unknown());
const BookTicker = z.looseObject({ bidPrice: decimalText, askPrice: decimalText });
const levels = z.array(z.tuple([decimalText, decimalText], z.unknown()));
const Depth = z.looseObject({ lastUpdateId: z.number(), bids: levels, asks: levels });
const Trade = z.looseObject({
  ...{ id: z.number(), price: decimalText, qty: decimalText, time: z.number(), isBuyerMaker: z.boolean() },
});
/** What was wrong with a question, told with status 400. */
const Refusal = z.looseObject({ code: z.number(), msg: z.string() });

/** Rows of one answer. */
const PAGE = 1000;
const UNKNOWN_SYMBOL = -1121;
const TOO_MANY = -1003;

/** What a call costs of the limit. */
const weights: Record<string, number> = {
  ...{ '/api/v3/klines': 2, '/api/v3/ticker/bookTicker': 2, '/api/v3/depth': 5, '/api/v3/trades': 25 },
};

/**
 * Crypto without a key; prices of the spot market.
 * @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints
 */
export const binance: Vendor = (deps) => {
  const { clock, http, settings } = deps;
  const base = baseUrl(settings, 'BINANCE', 'https://data-api.binance.vision');

  async function ask<T>(
    path: string,
    instrument: Instrument,
    query: Record<string, string | number>,
    schema: z.ZodType<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const request = { url: `${base}${path}`, query: { symbol: vendorCode(instrument, 'binance'), ...query } };
    const read = { ...request, schema: z.union([schema, Refusal]), readStatuses: [400], ...(signal ? { signal } : {}) };
    const answer = await http.getJson(read).catch(explained);
    if (isRefusal(answer)) throw refused(answer.code, instrument);
    return answer as T;
  }

  return {
    name: 'binance',
    simulated: false,
    assetClasses: ['crypto'],
    intervals,
    /** Weight, not calls. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits */
    budget: { calls: 6_000, perMs: MINUTE, weight: ({ pathname }) => weightOf(pathname) },
    stream: (listener) => openSession(binanceFeed(deps), deps, listener),
    async bars({ instrument, interval, from, to, signal }) {
      const bars: Bar[] = [];
      let startTime: Timestamp = from;
      while (startTime < to) {
        const query = { interval, startTime, endTime: to - 1, limit: PAGE };
        const rows = await ask('/api/v3/klines', instrument, query, z.array(Kline), signal);
        const now = clock.now();
        for (const [openTime, open, high, low, close, volume] of rows) {
          if (openTime >= from && openTime < to) {
            bars.push(receivedBar(interval, openTime, { open, high, low, close, volume }, now));
          }
        }
        const last = rows.at(-1);
        // A page that does not move on would be asked for again and again.
        if (!last || rows.length < PAGE || last[0] < startTime) break;
        startTime = last[0] + 1;
      }
      return bars;
    },
    listings: (spelling, signal) => binanceListings(spelling, { http, base, signal }),
    async quote(instrument, signal) {
      const book = await ask('/api/v3/ticker/bookTicker', instrument, {}, BookTicker, signal);
      // A pair that does not trade shows zeros.
      if (!(book.bidPrice > 0 && book.askPrice >= book.bidPrice)) {
        throw new AppError('not_found', `binance: no two-sided quote of ${instrument.symbol} now.`);
      }
      const now = clock.now();
      const sides = { bid: book.bidPrice, ask: book.askPrice };
      return { symbol: instrument.symbol, ...sides, eventTime: now, receiveTime: now, source: 'binance' };
    },
    /** Of the last 1000 prints: Binance tells no older ones by time. */
    async ticks({ instrument, from, to, limit, signal }) {
      if (from >= to) return [];
      const rows = await ask('/api/v3/trades', instrument, { limit: PAGE }, z.array(Trade), signal);
      const common = { symbol: instrument.symbol, receiveTime: clock.now(), source: 'binance' };
      return rows
        .filter(({ time }) => time >= from && time < to)
        .map(({ id, price, qty, time, isBuyerMaker }): Tick => {
          const side = isBuyerMaker ? 'sell' : 'buy';
          return { ...common, price, size: qty, side, eventTime: time, id: String(id) };
        })
        .slice(-limit);
    },
    async book(instrument, depth, signal) {
      const { lastUpdateId, bids, asks } = await ask('/api/v3/depth', instrument, { limit: depth }, Depth, signal);
      const now = clock.now();
      return {
        symbol: instrument.symbol,
        bids: bids.map(([price, quantity]) => [price, quantity] as const),
        asks: asks.map(([price, quantity]) => [price, quantity] as const),
        ...{ sequence: lastUpdateId, eventTime: now, receiveTime: now, source: 'binance' },
      };
    },
  };
};

const weightOf = (pathname: string) => Object.entries(weights).find(([path]) => pathname.endsWith(path))?.[1] ?? 1;

const isRefusal = (answer: unknown): answer is z.output<typeof Refusal> => Refusal.safeParse(answer).success;

function refused(code: number, { symbol }: Instrument): AppError {
  if (code === UNKNOWN_SYMBOL) return new AppError('not_found', `binance has no ${symbol}.`);
  if (code === TOO_MANY) {
    return new AppError('rate_limited', 'binance was asked too often.', { details: { retryAfterMs: MINUTE } });
  }
  return new AppError('unavailable', `binance refused the question (${code}).`, { details: { status: 400 } });
}

/** Who goes on after 429 is banned (418, with the time to wait); 451 is for good. */
function explained(failure: unknown): never {
  const details = failure instanceof AppError ? failure.details : undefined;
  if (details?.status === 418) {
    const hint = 'Wait: each further call makes it longer.';
    const message = 'binance has banned this address for a while, because it was asked too often.';
    throw new AppError('rate_limited', message, { cause: failure, details, hint });
  }
  if (details?.status === 451) {
    const hint =
      'Name other vendors under chains.crypto in conclave.yaml, or set BINANCE_BASE_URL to a permitted host.';
    throw new AppError('unavailable', 'binance does not serve this location.', { cause: failure, details, hint });
  }
  throw failure;
}
