import { z } from 'zod';
import type { Bar } from '../../domain/bar.ts';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { DAY, type Interval, MINUTE, SECOND, type Timestamp } from '../../domain/time.ts';
import type { MarketDataProvider } from '../../ports/market-data.ts';
import { finnhubListings } from './listings.ts';
import { baseUrl, derivedCode, quoteAround, receivedBar, type Vendor } from './vendor.ts';

const column = z.array(z.number());
const Candles = z.looseObject({
  s: z.enum(['ok', 'no_data']),
  ...{ t: column.optional(), o: column.optional(), h: column.optional(), l: column.optional() },
  ...{ c: column.optional(), v: column.optional() },
});
const Price = z.looseObject({ c: z.number(), t: z.number().optional() });
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
export const finnhub: Vendor = ({ clock, http, settings }) => {
  const base = baseUrl(settings, 'FINNHUB', 'https://finnhub.io');
  const key = settings.FINNHUB_API_KEY;
  const headers = { 'x-finnhub-token': key ?? '' };

  const provider: MarketDataProvider = {
    name: 'finnhub',
    simulated: false,
    assetClasses: ['equity', 'etf', 'fx', 'metal', 'crypto'],
    intervals: Object.keys(resolutions) as Interval[],
    barsAreAdjusted: true,
    /** @see https://finnhub.io/docs/api/rate-limit */
    budget: { calls: 60, perMs: MINUTE },
    async bars({ instrument, interval, from, to, signal }) {
      const symbol = codeOf(instrument);
      if (from >= to) return [];
      const kind = symbol.startsWith('OANDA:') ? 'forex' : symbol.startsWith('BINANCE:') ? 'crypto' : 'stock';
      const url = `${base}/api/v1/${kind}/candle`;
      const span = interval === '1d' ? to - from : SPAN;
      const bars: Bar[] = [];
      for (let start = from; start < to; start += span) {
        const end = Math.min(start + span, to);
        const query = {
          ...{ symbol, resolution: resolutions[interval] },
          ...{ from: Math.floor(start / SECOND), to: Math.floor((end - 1) / SECOND) },
        };
        const answer = await http.getJson({ url, query, headers, schema: Candles, ...(signal ? { signal } : {}) });
        const read = barsOf(answer, interval, clock.now());
        bars.push(...read.filter((bar) => bar.openTime >= start && bar.openTime < end));
      }
      return bars;
    },
    listings: (spelling, signal) => finnhubListings(spelling, { http, base, headers, signal }),
    async quote(instrument, signal) {
      const query = { symbol: codeOf(instrument) };
      const url = `${base}/api/v1/quote`;
      const { c, t } = await http.getJson({ url, query, headers, schema: Price, ...(signal ? { signal } : {}) });
      // Of what it does not know it answers zeros.
      if (!(c > 0)) throw new AppError('not_found', `finnhub: no price of ${instrument.symbol}.`);
      const now = clock.now();
      return quoteAround(instrument, c, t ? t * SECOND : now, now, 'finnhub');
    },
  };
  return key ? provider : { ...provider, unavailable: 'Set FINNHUB_API_KEY.' };
};

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
