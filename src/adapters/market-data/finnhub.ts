import { z } from 'zod';
import type { Bar } from '../../domain/bar.ts';
import type { CorporateAction } from '../../domain/corporate-action.ts';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { DAY, type Interval, MINUTE, parseTime, SECOND, type Timestamp, toIso } from '../../domain/time.ts';
import type { MarketDataProvider } from '../../ports/market-data.ts';
import { newYorkTime } from '../calendar/new-york.ts';
import { sessionCalendar } from '../calendar/sessions.ts';
import { actionFacts, isShare } from './actions.ts';
import { finnhubListings } from './listings.ts';
import { finnhubFeed } from './stream/finnhub.ts';
import { openSession } from './stream/session.ts';
import { baseUrl, derivedCode, quoteAround, receivedBar, type Vendor } from './vendor.ts';

const column = z.array(z.number());
const Candles = z.looseObject({
  s: z.enum(['ok', 'no_data']),
  ...{ t: column.optional(), o: column.optional(), h: column.optional(), l: column.optional() },
  ...{ c: column.optional(), v: column.optional() },
});
const Price = z.looseObject({ c: z.number(), t: z.number().optional() });
const Results = z.looseObject({
  earningsCalendar: z.array(
    z.looseObject({
      ...{ date: z.iso.date(), symbol: z.string(), year: z.int(), quarter: z.int() },
      ...{ epsActual: z.number().nullish(), epsEstimate: z.number().nullish() },
      /** Before the market opens, after it closes, during its hours, or empty. */
      hour: z.string().nullish(),
    }),
  ),
});
const Dividends = z.array(
  z.looseObject({
    ...{ date: z.string(), amount: z.number(), currency: z.string().optional() },
    ...{ declarationDate: z.string().nullish(), payDate: z.string().nullish() },
  }),
);
const Splits = z.array(z.looseObject({ date: z.string(), fromFactor: z.number(), toFactor: z.number() }));
const resolutions: Partial<Record<Interval, string>> = {
  ...{ '1m': '1', '5m': '5', '15m': '15', '30m': '30', '1h': '60', '1d': 'D' },
};
/** What one call gives of bars within the day, at most. */
const SPAN = 30 * DAY;

const codeOf = (instrument: Instrument) =>
  derivedCode(instrument, 'finnhub', ({ assetClass, base, quote, symbol }) => {
    if (assetClass === 'fx' || assetClass === 'metal') return `OANDA:${base}_${quote}`;
    if (assetClass === 'crypto') return quote === 'USDT' ? `BINANCE:${base}${quote}` : undefined;
    return assetClass === 'equity' || assetClass === 'etf' ? symbol : undefined;
  });

/**
 * Shares, FX and crypto with a key. Bars of shares come adjusted for splits and need a paid plan.
 * @see https://finnhub.io/docs/api/stock-candles
 */
export const finnhub: Vendor = (deps) => {
  const { clock, http, settings } = deps;
  const base = baseUrl(settings, 'FINNHUB', 'https://finnhub.io');
  const key = settings.FINNHUB_API_KEY;
  const headers = { 'x-finnhub-token': key ?? '' };

  async function ask<T>(
    path: string,
    query: Record<string, string | number | undefined>,
    schema: z.ZodType<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const url = `${base}/api/v1/${path}`;
    return http.getJson({ url, query, headers, schema, ...(signal ? { signal } : {}) }).catch(explained);
  }

  const provider: MarketDataProvider = {
    name: 'finnhub',
    simulated: false,
    assetClasses: ['equity', 'etf', 'fx', 'metal', 'crypto'],
    intervals: Object.keys(resolutions) as Interval[],
    stream: (listener) => openSession(finnhubFeed(deps, codeOf), deps, listener),
    barsAreAdjusted: true,
    /** @see https://finnhub.io/docs/api/rate-limit */
    budget: { calls: 60, perMs: MINUTE },
    async bars({ instrument, interval, from, to, signal }) {
      const symbol = codeOf(instrument);
      if (from >= to) return [];
      const kind = symbol.startsWith('OANDA:') ? 'forex' : symbol.startsWith('BINANCE:') ? 'crypto' : 'stock';
      const span = interval === '1d' ? to - from : SPAN;
      // A day of currencies is stamped the evening before its date: the first of a range stands before it.
      const lead = interval === '1d' ? DAY / 2 : 0;
      const bars: Bar[] = [];
      for (let start = from; start < to; start += span) {
        const end = Math.min(start + span, to);
        const query = {
          ...{ symbol, resolution: resolutions[interval] },
          ...{ from: Math.floor((start - lead) / SECOND), to: Math.floor((end - 1) / SECOND) },
        };
        const answer = await ask(`${kind}/candle`, query, Candles, signal);
        const read = barsOf(answer, interval, clock.now());
        bars.push(...read.filter((bar) => bar.openTime >= start && bar.openTime < end));
      }
      return bars;
    },
    listings: (spelling, signal) => finnhubListings(spelling, { http, base, headers, signal }),
    async quote(instrument, signal) {
      const { c, t } = await ask('quote', { symbol: codeOf(instrument) }, Price, signal);
      // Of what it does not know it answers zeros.
      if (!(c > 0)) throw new AppError('not_found', `finnhub: no price of ${instrument.symbol}.`);
      const now = clock.now();
      return quoteAround(instrument, c, t ? t * SECOND : now, now, 'finnhub');
    },
    /** @see https://finnhub.io/docs/api/earnings-calendar */
    async earnings({ instrument, from, to, signal }) {
      if (instrument.assetClass !== 'equity') return [];
      const symbol = codeOf(instrument);
      const query = { symbol, from: toIso(from).slice(0, 10), to: toIso(to).slice(0, 10) };
      const url = `${base}/api/v1/calendar/earnings`;
      const answer = await http.getJson({ url, query, headers, schema: Results, ...(signal ? { signal } : {}) });
      return answer.earningsCalendar
        .filter((each) => each.symbol === symbol)
        .map((each) => resultsOf(each, instrument, clock.now()))
        .filter((each) => each.effectiveTime >= from && each.effectiveTime < to)
        .sort((a, b) => a.effectiveTime - b.effectiveTime);
    },
    /** Of a paid plan. @see https://finnhub.io/docs/api/stock-splits */
    async corporateActions({ instrument, from, to, signal }) {
      if (!isShare(instrument) || from >= to) return [];
      const range = { from: toIso(from).slice(0, 10), to: toIso(to - 1).slice(0, 10) };
      const query = { symbol: codeOf(instrument), ...range };
      const splits = await ask('stock/split', query, Splits, signal);
      const dividends = await ask('stock/dividend', query, Dividends, signal);
      return actionFacts(
        'finnhub',
        instrument,
        clock.now(),
        splits.map(({ date, fromFactor, toFactor }) => ({ date, ratio: toFactor / fromFactor })),
        dividends.map(({ date, amount, currency, declarationDate, payDate }) => ({
          ...{ date, amount, currency, declared: declarationDate, paid: payDate },
        })),
      ).filter(({ effectiveTime }) => effectiveTime >= from && effectiveTime < to);
    },
  };
  return key ? provider : { ...provider, unavailable: 'Set FINNHUB_API_KEY.' };
};

type Result = z.output<typeof Results>['earningsCalendar'][number];

/** Finnhub does not tell a day that the company confirmed from one that is expected: those to come count as expected. */
function resultsOf(told: Result, { symbol, calendar }: Instrument, now: Timestamp): CorporateAction {
  const { date, hour, year, quarter, epsActual, epsEstimate } = told;
  const early = hour === 'bmo';
  const session = sessionCalendar.days(calendar, date, date)[0]?.regular;
  const effectiveTime = (early ? session?.[0]?.open : session?.at(-1)?.close) ?? parseTime(date);
  const [y, m, d] = date.split('-').map(Number) as [number, number, number];
  const out = typeof epsActual === 'number';
  return {
    ...{ id: `finnhub|${symbol}|earnings|${year}Q${quarter}`, symbol, kind: 'earnings', period: `${year}Q${quarter}` },
    effectiveTime,
    // Of results the part of the day is told at most; of a day to come, not since when it is known.
    eventTime: out ? (early ? effectiveTime : newYorkTime(y, m, d + 1, 0)) : now,
    ...{ receiveTime: now, source: 'finnhub' },
    ...(typeof epsEstimate === 'number' ? { forecast: epsEstimate } : {}),
    ...(out ? { actual: epsActual } : {}),
    ...(effectiveTime > now ? { estimatedDate: true } : {}),
  };
}

function barsOf(answer: z.output<typeof Candles>, interval: Interval, now: Timestamp): Bar[] {
  if (answer.s === 'no_data') return [];
  const { t = [], o = [], h = [], l = [], c = [], v = [] } = answer;
  if ([o, h, l, c].some((each) => each.length !== t.length)) {
    throw new AppError('unavailable', 'finnhub answered with columns of different lengths.');
  }
  return t.map((stamp, i) => {
    // A day of currencies is stamped with its opening, the evening before its date.
    const openTime = interval === '1d' ? Math.round((stamp * SECOND) / DAY) * DAY : stamp * SECOND;
    const prices = { open: o[i]!, high: h[i]!, low: l[i]!, close: c[i]!, volume: v[i] ?? 0 };
    return receivedBar(interval, openTime, prices, now);
  });
}

/** It refuses a key with 401, and what the key's plan does not hold with 403. */
function explained(failure: unknown): never {
  if (!(failure instanceof AppError) || failure.details?.status !== 403) throw failure;
  const hint = 'Use another vendor for this, or a larger plan.';
  const details = { ...failure.details, plan: true };
  throw new AppError('unavailable', 'finnhub: this needs a paid plan.', { cause: failure, hint, details });
}
