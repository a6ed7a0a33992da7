import { z } from 'zod';
import type { Bar } from '../../domain/bar.ts';
import type { CorporateAction } from '../../domain/corporate-action.ts';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Quote } from '../../domain/quote.ts';
import { DAY, type Interval, MINUTE, parseTime, type Timestamp, toIso } from '../../domain/time.ts';
import type { MarketDataProvider } from '../../ports/market-data.ts';
import { polygonListings } from './listings.ts';
import { baseUrl, derivedCode, isAmerican, receivedBar, type Vendor } from './vendor.ts';

const next_url = z.string().optional();
const Aggregates = z.looseObject({
  results: z
    .array(z.looseObject({ t: z.number(), o: z.number(), h: z.number(), l: z.number(), c: z.number(), v: z.number() }))
    .optional(),
  next_url,
});
const Nbbo = z.looseObject({ results: z.looseObject({ p: z.number(), P: z.number(), t: z.number() }) });
const Currency = z.looseObject({ last: z.looseObject({ bid: z.number(), ask: z.number(), timestamp: z.number() }) });
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
export const polygon: Vendor = ({ clock, http, settings }) => {
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
        .map(({ t, o, h, l, c, v }): Bar => {
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
      if (code.includes(':')) throw new AppError('not_found', `polygon: no quote of ${instrument.symbol}.`);
      const { results } = await http.getJson({
        url: `${base}/v2/last/nbbo/${code}`,
        headers,
        schema: Nbbo,
        ...signalled,
      });
      return twoSided({ ...common, bid: results.p, ask: results.P, eventTime: Math.floor(results.t / NANOS) });
    },
    async corporateActions({ instrument, from, to, signal }) {
      if (instrument.assetClass !== 'equity' && instrument.assetClass !== 'etf') return [];
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

/** Of a declaration the day is told, not the hour: known when it is over, and on the ex-date at the latest. */
const known = (declared: string | null | undefined, effective: Timestamp) =>
  declared ? Math.min(parseTime(declared) + DAY, effective) : effective;

function twoSided(quote: Quote): Quote {
  if (quote.bid > 0 && quote.ask >= quote.bid) return quote;
  throw new AppError('not_found', `polygon: no two-sided quote of ${quote.symbol} now.`);
}
