import { z } from 'zod';
import type { Bar } from '../../domain/bar.ts';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { HOUR, type Interval, intervalMs, MINUTE, parseTime, type Timestamp, toIso } from '../../domain/time.ts';
import type { MarketDataProvider } from '../../ports/market-data.ts';
import { newYorkTime } from '../calendar/new-york.ts';
import { sessionCalendar } from '../calendar/sessions.ts';
import { actionFacts, isShare } from './actions.ts';
import { baseUrl, decimalText, quoteAround, receivedBar, type Vendor, vendorCode } from './vendor.ts';

const Body = z.record(z.string(), z.unknown());
const Row = z.looseObject({
  ...{ '1. open': decimalText, '2. high': decimalText, '3. low': decimalText, '4. close': decimalText },
  '5. volume': decimalText.optional(),
});
const Rows = z.record(z.string(), Row);
const GlobalQuote = z.looseObject({ '05. price': decimalText, '07. latest trading day': z.string() });
const Rate = z.looseObject({ '5. Exchange Rate': decimalText, '6. Last Refreshed': z.string() });

/** A date that it does not know is the text None. */
const dateOrNone = z.string().transform((text) => (/^\d{4}-/.test(text) ? text : undefined));
const Dividends = z.array(
  z.looseObject({
    ...{ ex_dividend_date: z.string(), amount: decimalText },
    ...{ declaration_date: dateOrNone.optional(), payment_date: dateOrNone.optional() },
  }),
);
const Splits = z.array(z.looseObject({ effective_date: z.string(), split_factor: decimalText }));

const intraday: Partial<Record<Interval, string>> = {
  ...{ '1m': '1min', '5m': '5min', '15m': '15min', '30m': '30min', '1h': '60min' },
};
/** Rows of a compact answer, the only one of the free plan. */
const COMPACT = 100;

/**
 * Shares, FX and crypto with a key; prices as they were traded. 25 calls a day are free: history, not live prices.
 * @see https://www.alphavantage.co/documentation/
 */
export const alphavantage: Vendor = ({ clock, http, settings }) => {
  const base = baseUrl(settings, 'ALPHAVANTAGE', 'https://www.alphavantage.co');
  const key = settings.ALPHAVANTAGE_API_KEY;

  async function ask(query: Record<string, string | undefined>, instrument: Instrument, signal?: AbortSignal) {
    const url = `${base}/query`;
    // It takes its key in the query only; no message of ours shows a query.
    const part = { ...query, apikey: key };
    const body = await http.getJson({ url, query: part, schema: Body, ...(signal ? { signal } : {}) });
    return refused(body, instrument);
  }

  const provider: MarketDataProvider = {
    name: 'alphavantage',
    simulated: false,
    assetClasses: ['equity', 'etf', 'fx', 'crypto'],
    intervals: [...(Object.keys(intraday) as Interval[]), '1d'],
    /** @see https://www.alphavantage.co/support/#support */
    budget: { calls: 5, perMs: MINUTE, day: 25 },
    async bars({ instrument, interval, from, to, signal }) {
      if (from >= to) return [];
      const now = clock.now();
      const daily = interval === '1d';
      const shares = isShare(instrument);
      const outputsize = now - from < COMPACT * intervalMs[interval] ? 'compact' : 'full';
      const found: Bar[] = [];
      for (const month of daily || !shares ? [undefined] : monthsOf(from, to)) {
        const body = await ask({ ...seriesOf(instrument, interval), outputsize, month }, instrument, signal);
        const [, table] = Object.entries(body).find(([name]) => name.startsWith('Time Series')) ?? [];
        const rows = Rows.safeParse(table);
        if (!rows.success) throw new AppError('unavailable', 'alphavantage answered without a time series.');
        for (const [stamp, row] of Object.entries(rows.data)) {
          const openTime = shares && !daily ? eastern(stamp) : parseTime(stamp);
          if (openTime < from || openTime >= to) continue;
          const prices = { open: row['1. open'], high: row['2. high'], low: row['3. low'], close: row['4. close'] };
          found.push(receivedBar(interval, openTime, { ...prices, volume: row['5. volume'] ?? 0 }, now));
        }
      }
      return found.sort((a, b) => a.openTime - b.openTime);
    },
    async quote(instrument, signal) {
      const { base: from_currency, quote: to_currency, symbol } = instrument;
      const now = clock.now();
      if (isShare(instrument)) {
        const body = await ask(
          { function: 'GLOBAL_QUOTE', symbol: vendorCode(instrument, 'alphavantage') },
          instrument,
          signal,
        );
        const quote = GlobalQuote.safeParse(body['Global Quote']);
        if (!quote.success) throw new AppError('not_found', `alphavantage: no price of ${symbol}.`);
        // It tells the day only: the price is no younger than that day's close.
        const date = quote.data['07. latest trading day'];
        const close = sessionCalendar.days(instrument.calendar, date, date)[0]?.regular.at(-1)?.close;
        const at = Math.min(now, close ?? parseTime(date));
        return quoteAround(instrument, quote.data['05. price'], at, now, 'alphavantage');
      }
      const query = { function: 'CURRENCY_EXCHANGE_RATE', from_currency, to_currency };
      const body = await ask(query, instrument, signal);
      const rate = Rate.safeParse(body['Realtime Currency Exchange Rate']);
      if (!rate.success) throw new AppError('not_found', `alphavantage: no rate of ${symbol}.`);
      const at = parseTime(rate.data['6. Last Refreshed']);
      return quoteAround(instrument, rate.data['5. Exchange Rate'], at, now, 'alphavantage');
    },
    async corporateActions({ instrument, from, to, signal }) {
      if (!isShare(instrument)) return [];
      const symbol = vendorCode(instrument, 'alphavantage');
      const told = async <T>(name: string, schema: z.ZodType<T>): Promise<T> => {
        const rows = schema.safeParse((await ask({ function: name, symbol }, instrument, signal)).data);
        if (rows.success) return rows.data;
        throw new AppError('unavailable', `alphavantage answered without ${name.toLowerCase()}.`);
      };
      const splits = await told('SPLITS', Splits);
      const dividends = await told('DIVIDENDS', Dividends);
      return actionFacts(
        'alphavantage',
        instrument,
        clock.now(),
        splits.map(({ effective_date, split_factor }) => ({ date: effective_date, ratio: split_factor })),
        dividends.map(({ ex_dividend_date, amount, declaration_date, payment_date }) => ({
          ...{ date: ex_dividend_date, amount, declared: declaration_date, paid: payment_date },
        })),
      ).filter(({ effectiveTime }) => effectiveTime >= from && effectiveTime < to);
    },
  };
  return key ? provider : { ...provider, unavailable: 'Set ALPHAVANTAGE_API_KEY.' };
};

function seriesOf(instrument: Instrument, interval: Interval): Record<string, string> {
  const { assetClass, base, quote } = instrument;
  const fine = intraday[interval];
  if (assetClass === 'fx') {
    const pair = { from_symbol: base, to_symbol: quote };
    return fine ? { function: 'FX_INTRADAY', ...pair, interval: fine } : { function: 'FX_DAILY', ...pair };
  }
  if (assetClass === 'crypto') {
    const pair = { symbol: base, market: quote };
    return fine
      ? { function: 'CRYPTO_INTRADAY', ...pair, interval: fine }
      : { function: 'DIGITAL_CURRENCY_DAILY', ...pair };
  }
  return fine
    ? {
        function: 'TIME_SERIES_INTRADAY',
        symbol: vendorCode(instrument, 'alphavantage'),
        interval: fine,
        adjusted: 'false',
      }
    : { function: 'TIME_SERIES_DAILY', symbol: vendorCode(instrument, 'alphavantage') };
}

function monthsOf(from: Timestamp, to: Timestamp): string[] {
  const months: string[] = [];
  const last = toIso(to - 1).slice(0, 7);
  for (let date = new Date(from); ; date = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1))) {
    const month = date.toISOString().slice(0, 7);
    if (month > last) return months;
    months.push(month);
  }
}

/** `2025-11-10 15:00:00` on New York's clock. */
function eastern(stamp: string): Timestamp {
  const parts = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2})/.exec(stamp)?.slice(1).map(Number);
  if (!parts) throw new AppError('unavailable', `alphavantage: "${stamp}" is no time.`);
  const [year, month, day, hour, minute] = parts as [number, number, number, number, number];
  return newYorkTime(year, month, day, hour, minute);
}

/** Whatever is wrong comes with status 200 and a sentence that may quote the key: only its kind is told. */
function refused(body: Record<string, unknown>, { symbol }: Instrument): Record<string, unknown> {
  const note = body.Note ?? body.Information;
  if (typeof note === 'string') {
    if (/premium/i.test(note) && !/rate limit|per day|per minute/i.test(note)) {
      const hint = 'Ask for a newer or coarser range, or use another vendor.';
      throw new AppError('unavailable', 'alphavantage: this needs a paid plan.', { hint, details: { plan: true } });
    }
    const day = /per day/i.test(note);
    const details = { retryAfterMs: day ? HOUR : MINUTE };
    throw new AppError('rate_limited', 'alphavantage: its calls are used up.', { details });
  }
  const wrong = body['Error Message'];
  if (typeof wrong !== 'string') return body;
  if (/api\s?key/i.test(wrong)) {
    throw new AppError('unavailable', 'alphavantage refused the key.', { hint: 'Check ALPHAVANTAGE_API_KEY.' });
  }
  throw new AppError('not_found', `alphavantage has no ${symbol}.`);
}
