import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { DAY, type Interval, MINUTE, parseTime, type Timestamp, toIso } from '../../domain/time.ts';
import type { MarketDataProvider } from '../../ports/market-data.ts';
import { actionFacts, isShare } from './actions.ts';
import { twelvedataListings } from './listings.ts';
import { baseUrl, decimalText, derivedCode, isAmerican, quoteAround, receivedBar, type Vendor } from './vendor.ts';

const Row = z.looseObject({
  datetime: z.string(),
  ...{ open: decimalText, high: decimalText, low: decimalText, close: decimalText },
  volume: decimalText.optional(),
});
/** Its failures come with status 200 and a code of their own. */
const Refusal = z.looseObject({ status: z.literal('error'), code: z.number() });
const Series = z.union([Refusal, z.looseObject({ status: z.literal('ok'), values: z.array(Row) })]);
const Price = z.union([
  Refusal,
  z.looseObject({ close: decimalText, timestamp: z.number().optional(), datetime: z.string() }),
]);

const Dividends = z.union([
  Refusal,
  z.looseObject({ dividends: z.array(z.looseObject({ ex_date: z.string(), amount: z.number() })) }),
]);
/** A split of 4 for 1 is from 4 to 1. */
const Splits = z.union([
  Refusal,
  z.looseObject({
    splits: z.array(z.looseObject({ date: z.string(), from_factor: z.number(), to_factor: z.number() })),
  }),
]);

/** Its weeks of shares mix the scales before and after a split: ours are made from days, and four hours from hours. */
const names: Partial<Record<Interval, string>> = {
  ...{ '1m': '1min', '5m': '5min', '15m': '15min', '30m': '30min', '1h': '1h', '1d': '1day' },
};
/** It explains some refusals only in their body. */
const readStatuses = [400, 403, 404];
/** What a call costs of the plan's credits. @see https://twelvedata.com/docs#splits */
const ACTIONS_WEIGHT = 20;
const PAGE = 5_000;

const codeOf = (instrument: Instrument) =>
  derivedCode(instrument, 'twelvedata', ({ assetClass, base, quote, symbol }) => {
    if (assetClass === 'fx' || assetClass === 'metal') return `${base}/${quote}`;
    if (assetClass === 'crypto') return quote === 'USD' ? `${base}/${quote}` : undefined;
    return isAmerican(instrument) ? symbol : undefined;
  });

/**
 * Shares, indices, FX and crypto with a key; prices as they were traded.
 * @see https://twelvedata.com/docs#time-series
 */
export const twelvedata: Vendor = ({ clock, http, settings }) => {
  const base = baseUrl(settings, 'TWELVEDATA', 'https://api.twelvedata.com');
  const key = settings.TWELVEDATA_API_KEY;
  const headers = { authorization: `apikey ${key}` };

  const provider: MarketDataProvider = {
    name: 'twelvedata',
    simulated: false,
    assetClasses: ['equity', 'etf', 'index', 'fx', 'metal', 'crypto'],
    intervals: Object.keys(names) as Interval[],
    /** @see https://twelvedata.com/pricing : the free plan. */
    budget: {
      ...{ calls: 8, perMs: MINUTE, day: 800 },
      weight: ({ pathname }) => (/\/(splits|dividends)$/.test(pathname) ? ACTIONS_WEIGHT : 1),
    },
    async bars({ instrument, interval, from, to, signal }) {
      const symbol = codeOf(instrument);
      const found = new Map<Timestamp, ReturnType<typeof receivedBar>>();
      const now = clock.now();
      // The newest rows of a range come first where it holds more than a page: go back from its end.
      for (let end = to; from < end; ) {
        const query = {
          ...{ symbol, interval: names[interval], timezone: 'UTC', order: 'ASC', adjust: 'none', outputsize: PAGE },
          ...{ start_date: written(from), end_date: written(end - 1) },
        };
        const url = `${base}/time_series`;
        const answer = await http.getJson({
          url,
          query,
          headers,
          schema: Series,
          readStatuses,
          ...(signal ? { signal } : {}),
        });
        if (isEmptyRange(answer)) break;
        const values = accepted(answer, instrument).values;
        const times = values.map(({ datetime, open, high, low, close, volume = 0 }) => {
          const openTime = parseTime(datetime);
          found.set(openTime, receivedBar(interval, openTime, { open, high, low, close, volume }, now));
          return openTime;
        });
        const oldest = Math.min(...times);
        if (values.length < PAGE || !(oldest < end)) break;
        end = oldest;
      }
      return [...found.values()]
        .filter((bar) => bar.openTime >= from && bar.openTime < to)
        .sort((a, b) => a.openTime - b.openTime);
    },
    listings: (spelling, signal) => twelvedataListings(spelling, { http, base, headers, signal }),
    async quote(instrument, signal) {
      const query = { symbol: codeOf(instrument), timezone: 'UTC' };
      const url = `${base}/quote`;
      const answer = await http.getJson({
        url,
        query,
        headers,
        schema: Price,
        readStatuses,
        ...(signal ? { signal } : {}),
      });
      const { close, timestamp, datetime } = accepted(answer, instrument);
      const now = clock.now();
      const at = timestamp === undefined ? Math.min(now, parseTime(datetime) + DAY) : timestamp * 1_000;
      return quoteAround(instrument, close, at, now, 'twelvedata');
    },
    /** Of a paid plan. */
    async corporateActions({ instrument, from, to, signal }) {
      if (!isShare(instrument)) return [];
      const dates = { start_date: written(from).slice(0, 10), end_date: written(to - 1).slice(0, 10) };
      // Amounts as they were paid, not on the scale of today.
      const query = { symbol: codeOf(instrument), ...dates, adjust: 'false' };
      const told = async <T extends object>(path: string, schema: z.ZodType<T | z.output<typeof Refusal>>) => {
        const url = `${base}/${path}`;
        const answer = await http.getJson({ url, query, headers, schema, readStatuses, ...(signal ? { signal } : {}) });
        return accepted<T>(answer as T, instrument);
      };
      const { splits } = await told('splits', Splits);
      const { dividends } = await told('dividends', Dividends);
      return actionFacts(
        'twelvedata',
        instrument,
        clock.now(),
        splits.map(({ date, from_factor, to_factor }) => ({ date, ratio: from_factor / to_factor })),
        dividends.map(({ ex_date, amount }) => ({ date: ex_date, amount })),
      ).filter(({ effectiveTime }) => effectiveTime >= from && effectiveTime < to);
    },
  };
  return key ? provider : { ...provider, unavailable: 'Set TWELVEDATA_API_KEY.' };
};

const written = (time: Timestamp) => toIso(time).slice(0, 19).replace('T', ' ');

/** A range without rows is answered like a bad request, but says so. */
const isEmptyRange = (answer: unknown) => {
  const { code, message } = answer as { code?: number; message?: unknown };
  return code === 400 && typeof message === 'string' && /no data is available/i.test(message);
};

function accepted<T extends object>(
  answer: T | z.output<typeof Refusal>,
  instrument: Instrument,
): Exclude<T, z.output<typeof Refusal>> {
  if (!('status' in answer) || answer.status !== 'error') return answer as Exclude<T, z.output<typeof Refusal>>;
  const { code } = answer as z.output<typeof Refusal>;
  if (code === 429) {
    throw new AppError('rate_limited', 'twelvedata: its calls are used up.', { details: { retryAfterMs: MINUTE } });
  }
  if (code === 401) {
    throw new AppError('unavailable', 'twelvedata refused the key.', { hint: 'Check TWELVEDATA_API_KEY.' });
  }
  if (code === 403) {
    const hint = 'Use another vendor for this, or a larger plan.';
    throw new AppError('unavailable', 'twelvedata: this needs a larger plan.', { hint, details: { plan: true } });
  }
  if (code === 400 || code === 404) throw new AppError('not_found', `twelvedata has no ${instrument.symbol}.`);
  throw new AppError('unavailable', `twelvedata answered ${code}.`, { details: { status: code } });
}
