import { z } from 'zod';
import { unadjustBars } from '../../domain/adjust-bars.ts';
import type { Bar } from '../../domain/bar.ts';
import type { CorporateAction } from '../../domain/corporate-action.ts';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { DAY, type Interval, MINUTE, SECOND, type Timestamp } from '../../domain/time.ts';
import { isShare } from './actions.ts';
import { baseUrl, quoteAround, receivedBar, type Vendor, vendorCode } from './vendor.ts';

const cells = z.array(z.number().nullable());
const Events = z.looseObject({
  splits: z
    .record(z.string(), z.looseObject({ date: z.number(), numerator: z.number(), denominator: z.number() }))
    .optional(),
  dividends: z.record(z.string(), z.looseObject({ date: z.number(), amount: z.number() })).optional(),
});
const Chart = z.looseObject({
  chart: z.looseObject({
    result: z
      .array(
        z.looseObject({
          meta: z.looseObject({ regularMarketPrice: z.number().optional(), regularMarketTime: z.number().optional() }),
          timestamp: z.array(z.number()).optional(),
          events: Events.optional(),
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
 * Its quote address wants a cookie and a crumb that it changes at will, and is not used: the chart tells the last price.
 * Prices come as 32-bit floats; days of shares are stamped with their opening, of currencies with London's midnight.
 * @see https://query2.finance.yahoo.com/v8/finance/chart/AAPL?interval=1d
 */
export const yahoo: Vendor = ({ clock, http, settings }) => {
  const base = baseUrl(settings, 'YAHOO', 'https://query2.finance.yahoo.com');

  async function chart(instrument: Instrument, query: Record<string, string | number>, signal?: AbortSignal) {
    const url = `${base}/v8/finance/chart/${encodeURIComponent(vendorCode(instrument, 'yahoo'))}`;
    const read = { url, query, schema: Chart, readStatuses: [400, 422], ...(signal ? { signal } : {}) };
    const { chart: answer } = await http.getJson(read);
    const result = answer.result?.[0];
    // A range without rows is answered like a bad question.
    if (!result && /data doesn't exist/i.test(answer.error?.description ?? '')) return emptyChart;
    if (!result) throw new AppError('unavailable', `yahoo: ${answer.error?.description ?? 'no chart'}.`);
    return result;
  }

  return {
    name: 'yahoo',
    simulated: false,
    assetClasses: ['fx', 'crypto', 'equity', 'etf', 'index', 'future'],
    intervals: Object.keys(reach) as Interval[],
    async bars({ instrument, interval, from, to, signal }) {
      const now = clock.now();
      const earliest = Math.max(from, now - reach[interval]!);
      if (earliest >= to) return [];
      const query = {
        interval,
        // In summer a day of currencies begins the evening before its date: the first of a range stands before it.
        period1: Math.floor((earliest - (interval === '1d' ? DAY / 2 : 0)) / SECOND),
        // Prices come on the scale of today: every split since then must be in the answer to undo it.
        period2: Math.ceil((isShare(instrument) ? now : to) / SECOND),
        includePrePost: 'false',
        events: 'div,split',
      };
      const { timestamp = [], indicators, events } = await chart(instrument, query, signal);
      const [rows] = indicators.quote;
      const bars = timestamp.flatMap((seconds, i) => {
        const [open, high, low, close] = [rows?.open?.[i], rows?.high?.[i], rows?.low?.[i], rows?.close?.[i]];
        // Null rows are minutes without a trade.
        if (open == null || high == null || low == null || close == null) return [];
        const openTime = openingOf(instrument, interval, seconds * SECOND);
        const volume = rows?.volume?.[i] ?? 0;
        const prices = { open: plain(open), high: plain(high), low: plain(low), close: plain(close), volume };
        return [receivedBar(interval, openTime, prices, now)];
      });
      const splits = splitsOf(events, instrument, now);
      return unadjustBars(bars, splits, 'split', now)
        .filter((bar) => bar.openTime >= from && bar.openTime < to)
        .map((bar) => (splits.length === 0 ? bar : rounded(bar)));
    },
    async corporateActions({ instrument, from, to, signal }) {
      if (!isShare(instrument)) return [];
      const now = clock.now();
      const query = {
        interval: '1d',
        period1: Math.floor(from / SECOND),
        period2: Math.ceil(now / SECOND),
        events: 'div,split',
      };
      const { events } = await chart(instrument, query, signal);
      const splits = splitsOf(events, instrument, now);
      const dividends = Object.values(events?.dividends ?? {}).map(({ date, amount }): CorporateAction => {
        const effectiveTime = dayOf(date);
        // Amounts are on the scale of today as well.
        const since = splits.filter((each) => each.effectiveTime > effectiveTime);
        const then = since.reduce((product, { ratio }) => product * ratio, amount);
        return {
          ...{ id: `yahoo|${instrument.symbol}|dividend|${date}`, symbol: instrument.symbol },
          ...{ kind: 'dividend', amount: Number(then.toPrecision(9)), currency: instrument.quote },
          ...{ effectiveTime, eventTime: effectiveTime, receiveTime: now, source: 'yahoo' },
        };
      });
      return [...splits, ...dividends]
        .filter((each) => each.effectiveTime >= from && each.effectiveTime < to)
        .sort((a, b) => a.effectiveTime - b.effectiveTime);
    },
    async quote(instrument, signal) {
      const { meta } = await chart(instrument, { interval: '1m', range: '1d' }, signal);
      if (meta.regularMarketPrice === undefined || meta.regularMarketTime === undefined) {
        throw new AppError('not_found', `yahoo: no price of ${instrument.symbol} now.`);
      }
      const at = meta.regularMarketTime * SECOND;
      return quoteAround(instrument, plain(meta.regularMarketPrice), at, clock.now(), 'yahoo');
    },
  };
};

type Row = NonNullable<z.output<typeof Chart>['chart']['result']>[number];

const emptyChart: Row = { meta: {}, indicators: { quote: [] } };

const dayOf = (seconds: number) => Math.floor((seconds * SECOND) / DAY) * DAY;

type Split = Extract<CorporateAction, { kind: 'split' }>;

const splitsOf = (events: z.output<typeof Events> | undefined, { symbol }: Instrument, now: Timestamp): Split[] =>
  Object.values(events?.splits ?? {}).map(({ date, numerator, denominator }) => ({
    ...{ id: `yahoo|${symbol}|split|${date}`, symbol, kind: 'split', ratio: numerator / denominator },
    ...{ effectiveTime: dayOf(date), eventTime: dayOf(date), receiveTime: now, source: 'yahoo' },
  }));

/** What a 32-bit float loses is multiplied with the split. */
const rounded = (bar: Bar): Bar => ({
  ...bar,
  open: plain(bar.open),
  high: plain(bar.high),
  low: plain(bar.low),
  close: plain(bar.close),
  volume: Math.round(bar.volume),
});

/** Days belong to their date; finer bars to their minute (the live one is stamped with the second of its last trade). */
function openingOf({ calendar }: Instrument, interval: Interval, stamp: Timestamp): Timestamp {
  if (interval !== '1d') return Math.floor(stamp / MINUTE) * MINUTE;
  return calendar === 'us-equity' ? Math.floor(stamp / DAY) * DAY : Math.round(stamp / DAY) * DAY;
}

/** 129.0399932861328 is 129.04 in a 32-bit float. */
const plain = (value: number) => Number(value.toPrecision(7));
