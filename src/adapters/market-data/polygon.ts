import { z } from 'zod';
import type { Bar } from '../../domain/bar.ts';
import type { CorporateAction } from '../../domain/corporate-action.ts';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Quote } from '../../domain/quote.ts';
import type { Tick } from '../../domain/tick.ts';
import { DAY, type Interval, MINUTE, parseTime, type Timestamp, toIso } from '../../domain/time.ts';
import type { MarketDataProvider } from '../../ports/market-data.ts';
import { isShare, known } from './actions.ts';
import { polygonListings } from './listings.ts';
import { openPolygon } from './stream/polygon.ts';
import { baseUrl, derivedCode, isAmerican, quoteAround, receivedBar, type Vendor } from './vendor.ts';

const next_url = z.string().optional();
const Aggregates = z.looseObject({
  results: z
    .array(
      z.looseObject({
        ...{ t: z.number(), o: z.number(), h: z.number(), l: z.number(), c: z.number() },
        // Indices have none.
        v: z.number().optional(),
      }),
    )
    .optional(),
  next_url,
});
const Nbbo = z.looseObject({ results: z.looseObject({ p: z.number(), P: z.number(), t: z.number() }) });
const Currency = z.looseObject({ last: z.looseObject({ bid: z.number(), ask: z.number(), timestamp: z.number() }) });
const LastTrade = z.looseObject({ last: z.looseObject({ price: z.number(), timestamp: z.number() }) });
const Trades = z.looseObject({
  results: z
    .array(
      z.looseObject({
        ...{
          price: z.number(),
          size: z.number().optional(),
          id: z.coerce.string().optional(),
          exchange: z.number().optional(),
        },
        // Coins have the exchange's time only.
        ...{ sip_timestamp: z.number().optional(), participant_timestamp: z.number().optional() },
        correction: z.number().optional(),
      }),
    )
    .optional(),
});
const Dividends = z.looseObject({
  results: z.array(
    z.looseObject({
      ticker: z.string(),
      cash_amount: z.number(),
      ex_dividend_date: z.string(),
      declaration_date: z.string().nullish(),
      pay_date: z.string().nullish(),
      currency: z.string().optional(),
    }),
  ),
  next_url,
});
const Splits = z.looseObject({
  results: z.array(z.looseObject({ execution_date: z.string(), split_from: z.number(), split_to: z.number() })),
  next_url,
});

/** Its weeks begin on Sunday and its four hours in New York: ours are made from days and hours. */
const ranges: Partial<Record<Interval, string>> = {
  ...{ '1m': '1/minute', '5m': '5/minute', '15m': '15/minute', '30m': '30/minute', '1h': '1/hour', '1d': '1/day' },
};

const PAGE = 50_000;
const NANOS = 1e6;
/** Prints taken back as errors or cancelled, and the notices of it. @see https://polygon.io/glossary/conditions-indicators */
const taken = new Set([7, 8, 10, 11]);

const codeOf = (instrument: Instrument) =>
  derivedCode(instrument, 'polygon', ({ assetClass, base, quote, symbol }) => {
    if (assetClass === 'fx' || assetClass === 'metal') return `C:${base}${quote}`;
    if (assetClass === 'crypto') return quote === 'USD' ? `X:${base}${quote}` : undefined;
    if (!isAmerican(instrument)) return undefined;
    return assetClass === 'index' ? `I:${symbol}` : symbol;
  });

/**
 * US shares, indices, FX and crypto with a key; prices as they were traded.
 * @see https://polygon.io/docs/rest/stocks/aggregates/custom-bars
 */
export const polygon: Vendor = (deps) => {
  const { clock, http, settings } = deps;
  const base = baseUrl(settings, 'POLYGON', 'https://api.polygon.io');
  const key = settings.POLYGON_API_KEY;
  const headers = { authorization: `Bearer ${key}` };

  /** All pages, on our own host only: the key must not follow a link elsewhere. */
  async function pages<T extends { next_url?: string }>(
    path: string,
    query: Record<string, string | number>,
    schema: z.ZodType<T>,
    signal?: AbortSignal,
  ): Promise<T[]> {
    const found: T[] = [];
    const asked = new Set<string>();
    let url = `${base}${path}`;
    for (let part: typeof query | undefined = query; ; part = undefined) {
      const page: T = await http.getJson({ url, query: part, headers, schema, ...(signal ? { signal } : {}) });
      found.push(page);
      if (!page.next_url) return found;
      const { pathname, search } = new URL(page.next_url);
      url = `${base}${pathname}${search}`;
      if (asked.has(url)) throw new AppError('unavailable', 'polygon sends its pages in a circle.');
      asked.add(url);
    }
  }

  const provider: MarketDataProvider = {
    name: 'polygon',
    simulated: false,
    assetClasses: ['equity', 'etf', 'index', 'fx', 'metal', 'crypto'],
    intervals: Object.keys(ranges) as Interval[],
    stream: (listener) => openPolygon(deps, codeOf, listener),
    /** @see https://polygon.io/pricing : the free plan. */
    budget: { calls: 5, perMs: MINUTE },
    async bars({ instrument, interval, from, to, signal }) {
      const code = encodeURIComponent(codeOf(instrument));
      if (from >= to) return [];
      const path = `/v2/aggs/ticker/${code}/range/${ranges[interval]}/${from}/${to - 1}`;
      const found = await pages(path, { adjusted: 'false', sort: 'asc', limit: PAGE }, Aggregates, signal);
      const now = clock.now();
      return found
        .flatMap((page) => page.results ?? [])
        .map(({ t, o, h, l, c, v = 0 }): Bar => {
          // A day is stamped with New York's midnight; days stand on their date everywhere here.
          const openTime = interval === '1d' ? Math.floor(t / DAY) * DAY : t;
          return receivedBar(interval, openTime, { open: o, high: h, low: l, close: c, volume: v }, now);
        })
        .filter((bar) => bar.openTime >= from && bar.openTime < to);
    },
    listings: (spelling, signal) => polygonListings(spelling, { http, base, headers, signal }),
    async quote(instrument, signal) {
      const code = codeOf(instrument);
      const signalled = signal ? { signal } : {};
      const common = { symbol: instrument.symbol, receiveTime: clock.now(), source: 'polygon' };
      if (code.startsWith('C:')) {
        const url = `${base}/v1/last_quote/currencies/${instrument.base}/${instrument.quote}`;
        const { last } = await http.getJson({ url, headers, schema: Currency, ...signalled });
        return twoSided({ ...common, bid: last.bid, ask: last.ask, eventTime: last.timestamp });
      }
      if (code.startsWith('X:')) {
        const url = `${base}/v1/last/crypto/${instrument.base}/${instrument.quote}`;
        const { last } = await http.getJson({ url, headers, schema: LastTrade, ...signalled });
        return quoteAround(instrument, last.price, last.timestamp, common.receiveTime, 'polygon');
      }
      if (code.includes(':')) throw new AppError('not_found', `polygon: no quote of ${instrument.symbol}.`);
      const { results } = await http.getJson({
        url: `${base}/v2/last/nbbo/${code}`,
        headers,
        schema: Nbbo,
        ...signalled,
      });
      return twoSided({ ...common, bid: results.p, ask: results.P, eventTime: Math.floor(results.t / NANOS) });
    },
    /** At most a page of them; currencies have quotes only. */
    async ticks({ instrument, from, to, limit, signal }) {
      const code = codeOf(instrument);
      if (/^[CI]:/.test(code)) throw new AppError('not_found', `polygon has no prints of ${instrument.symbol}.`);
      if (from >= to) return [];
      const url = `${base}/v3/trades/${encodeURIComponent(code)}`;
      const query = {
        ...{ 'timestamp.gte': nanos(from), 'timestamp.lt': nanos(to) },
        ...{ order: 'desc', sort: 'timestamp', limit: Math.min(limit, PAGE) },
      };
      const read = { url, query, headers, schema: Trades, ...(signal ? { signal } : {}) };
      const { results = [] } = await http.getJson(read);
      const common = { symbol: instrument.symbol, receiveTime: clock.now(), source: 'polygon' };
      return results
        .filter(({ correction = 0 }) => !taken.has(correction))
        .flatMap(({ price, size = 0, id, exchange, sip_timestamp, participant_timestamp }): Tick[] => {
          const at = sip_timestamp ?? participant_timestamp;
          if (at === undefined) return [];
          const eventTime = Math.floor(at / NANOS);
          // Each exchange numbers its own.
          return [
            { ...common, price, size, eventTime, ...(id === undefined ? {} : { id: `${exchange ?? ''}:${id}` }) },
          ];
        })
        .filter(({ eventTime }) => eventTime >= from && eventTime < to)
        .reverse()
        .sort((a, b) => a.eventTime - b.eventTime);
    },
    async corporateActions({ instrument, from, to, signal }) {
      if (!isShare(instrument)) return [];
      const code = codeOf(instrument);
      const dates = (field: string) => ({
        ...{ ticker: code, limit: 1000 },
        ...{ [`${field}.gte`]: toIso(from).slice(0, 10), [`${field}.lte`]: toIso(to).slice(0, 10) },
      });
      const [splits, dividends] = await Promise.all([
        pages('/v3/reference/splits', dates('execution_date'), Splits, signal),
        pages('/v3/reference/dividends', dates('ex_dividend_date'), Dividends, signal),
      ]);
      const common = { symbol: instrument.symbol, receiveTime: clock.now(), source: 'polygon' };
      const actions: CorporateAction[] = [
        ...splits
          .flatMap((page) => page.results)
          .map(({ execution_date: date, split_from, split_to }) => ({
            ...common,
            ...{ id: `polygon|${code}|split|${date}`, kind: 'split' as const, ratio: split_to / split_from },
            ...{ effectiveTime: parseTime(date), eventTime: parseTime(date) },
          })),
        ...dividends
          .flatMap((page) => page.results)
          .filter((each) => each.ticker === code)
          .map((each) => {
            const effectiveTime = parseTime(each.ex_dividend_date);
            return {
              ...common,
              id: `polygon|${code}|dividend|${each.ex_dividend_date}|${each.cash_amount}`,
              ...{ kind: 'dividend' as const, amount: each.cash_amount, currency: each.currency ?? instrument.quote },
              ...{ effectiveTime, eventTime: known(each.declaration_date, effectiveTime) },
              ...(each.pay_date ? { payTime: parseTime(each.pay_date) } : {}),
            };
          }),
      ];
      return actions
        .filter((each) => each.effectiveTime >= from && each.effectiveTime < to)
        .sort((a, b) => a.effectiveTime - b.effectiveTime);
    },
  };
  return key ? provider : { ...provider, unavailable: 'Set POLYGON_API_KEY.' };
};

/** As text: the number is beyond what a double counts exactly. */
const nanos = (time: Timestamp) => `${time}000000`;

function twoSided(quote: Quote): Quote {
  if (quote.bid > 0 && quote.ask >= quote.bid) return quote;
  throw new AppError('not_found', `polygon: no two-sided quote of ${quote.symbol} now.`);
}
