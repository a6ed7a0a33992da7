import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { DAY, type Interval, MINUTE, SECOND, type Timestamp } from '../../domain/time.ts';
import { baseUrl, quoteAround, receivedBar, type Vendor, vendorCode } from './vendor.ts';

const cells = z.array(z.number().nullable());
const Chart = z.looseObject({
  chart: z.looseObject({
    result: z
      .array(
        z.looseObject({
          meta: z.looseObject({ regularMarketPrice: z.number().optional(), regularMarketTime: z.number().optional() }),
          timestamp: z.array(z.number()).optional(),
          indicators: z.looseObject({
            quote: z.array(
              z.looseObject({
                open: cells.optional(),
                high: cells.optional(),
                low: cells.optional(),
                close: cells.optional(),
                volume: cells.optional(),
              }),
            ),
          }),
        }),
      )
      .nullable(),
    error: z.looseObject({ description: z.string() }).nullish(),
  }),
});

/** How far back each interval reaches; asking for more is refused as a whole. */
const reach: Partial<Record<Interval, number>> = {
  '1m': 7 * DAY,
  '5m': 59 * DAY,
  '15m': 59 * DAY,
  '30m': 59 * DAY,
  '1h': 729 * DAY,
  '1d': 100 * 365 * DAY,
};

/**
 * Yahoo's chart address: unofficial and keyless, the only keyless source for shares. It may slow callers down (429).
 * Prices come as 32-bit floats; days of shares are stamped with their opening, of currencies with London's midnight.
 * @see https://query2.finance.yahoo.com/v8/finance/chart/AAPL?interval=1d
 */
export const yahoo: Vendor = ({ clock, http, settings }) => {
  const base = baseUrl(settings, 'YAHOO', 'https://query2.finance.yahoo.com');

  async function chart(instrument: Instrument, query: Record<string, string | number>, signal?: AbortSignal) {
    const url = `${base}/v8/finance/chart/${encodeURIComponent(vendorCode(instrument, 'yahoo'))}`;
    const { chart: answer } = await http.getJson({ url, query, schema: Chart, ...(signal ? { signal } : {}) });
    const result = answer.result?.[0];
    if (!result) throw new AppError('unavailable', `yahoo: ${answer.error?.description ?? 'no chart'}.`);
    return result;
  }

  return {
    name: 'yahoo',
    barsAreAdjusted: true,
    simulated: false,
    assetClasses: ['fx', 'crypto', 'equity', 'etf', 'index'],
    intervals: Object.keys(reach) as Interval[],
    async bars({ instrument, interval, from, to, signal }) {
      const now = clock.now();
      const earliest = Math.max(from, now - reach[interval]!);
      if (earliest >= to) return [];
      const query = {
        interval,
        period1: Math.floor(earliest / SECOND),
        period2: Math.ceil(to / SECOND),
        includePrePost: 'false',
      };
      const { timestamp = [], indicators } = await chart(instrument, query, signal);
      const [rows] = indicators.quote;
      return timestamp.flatMap((seconds, i) => {
        const [open, high, low, close] = [rows?.open?.[i], rows?.high?.[i], rows?.low?.[i], rows?.close?.[i]];
        // Null rows are minutes without a trade.
        if (open == null || high == null || low == null || close == null) return [];
        const openTime = openingOf(instrument, interval, seconds * SECOND);
        if (openTime < from || openTime >= to) return [];
        const volume = rows?.volume?.[i] ?? 0;
        const prices = { open: plain(open), high: plain(high), low: plain(low), close: plain(close), volume };
        return [receivedBar(interval, openTime, prices, now)];
      });
    },
    async quote(instrument, signal) {
      const { meta } = await chart(instrument, { interval: '1m', range: '1d' }, signal);
      if (meta.regularMarketPrice === undefined || meta.regularMarketTime === undefined) {
        throw new AppError('unavailable', `yahoo: no price of ${instrument.symbol} now.`);
      }
      const at = meta.regularMarketTime * SECOND;
      return quoteAround(instrument, plain(meta.regularMarketPrice), at, clock.now(), 'yahoo');
    },
  };
};

/** Days belong to their date; finer bars to their minute (the live one is stamped with the second of its last trade). */
function openingOf({ calendar }: Instrument, interval: Interval, stamp: Timestamp): Timestamp {
  if (interval !== '1d') return Math.floor(stamp / MINUTE) * MINUTE;
  return calendar === 'us-equity' ? Math.floor(stamp / DAY) * DAY : Math.round(stamp / DAY) * DAY;
}

/** 129.0399932861328 is 129.04 in a 32-bit float. */
const plain = (value: number) => Number(value.toPrecision(7));
