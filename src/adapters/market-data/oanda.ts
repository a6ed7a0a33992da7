import { z } from 'zod';
import type { Bar } from '../../domain/bar.ts';
import { AppError } from '../../domain/errors.ts';
import { type Interval, SECOND, toIso } from '../../domain/time.ts';
import type { MarketDataProvider } from '../../ports/market-data.ts';
import { oandaListings } from './listings.ts';
import { baseUrl, decimalText, receivedBar, type Vendor, vendorCode } from './vendor.ts';

const Candles = z.looseObject({
  candles: z.array(
    z.looseObject({
      time: z.string(),
      complete: z.boolean(),
      volume: z.number(),
      mid: z.looseObject({ o: decimalText, h: decimalText, l: decimalText, c: decimalText }),
    }),
  ),
});
const sides = z.array(z.looseObject({ price: decimalText }));
const Pricing = z.looseObject({
  prices: z.array(z.looseObject({ instrument: z.string(), time: z.string(), bids: sides, asks: sides })),
});

const granularities: Record<Interval, string> = {
  ...{ '1m': 'M1', '5m': 'M5', '15m': 'M15', '30m': 'M30', '1h': 'H1', '4h': 'H4', '1d': 'D', '1w': 'W', '1M': 'M' },
};
const PAGE = 5_000;

/**
 * FX and metals of an OANDA account (v20), mid prices; volume counts ticks. Days and weeks on the UTC grid.
 * @see https://developer.oanda.com/rest-live-v20/instrument-ep/
 */
export const oanda: Vendor = ({ clock, http, settings }) => {
  const base = baseUrl(settings, 'OANDA', 'https://api-fxpractice.oanda.com');
  const { OANDA_API_TOKEN: token, OANDA_ACCOUNT_ID: account } = settings;
  const headers = { authorization: `Bearer ${token}`, 'accept-datetime-format': 'RFC3339' };

  const provider: MarketDataProvider = {
    name: 'oanda',
    simulated: false,
    assetClasses: ['fx', 'metal'],
    intervals: Object.keys(granularities) as Interval[],
    /** @see https://developer.oanda.com/rest-live-v20/development-guide/ */
    budget: { calls: 100, perMs: SECOND },
    async bars({ instrument, interval, from, to, signal }) {
      const url = `${base}/v3/instruments/${vendorCode(instrument, 'oanda')}/candles`;
      const bars: Bar[] = [];
      for (let start = from; start < to; ) {
        const query = {
          ...{ granularity: granularities[interval], price: 'M', from: toIso(start), count: PAGE },
          ...{ alignmentTimezone: 'UTC', dailyAlignment: 0, weeklyAlignment: 'Monday' },
        };
        const { candles } = await http.getJson({ url, query, headers, schema: Candles, ...(signal ? { signal } : {}) });
        const now = clock.now();
        const times = candles.map(({ time, volume, mid: { o, h, l, c } }) => {
          const openTime = Date.parse(time);
          if (openTime >= start && openTime < to) {
            bars.push(receivedBar(interval, openTime, { open: o, high: h, low: l, close: c, volume }, now));
          }
          return openTime;
        });
        const last = times.at(-1);
        // A page that does not move on would be asked for again and again.
        if (last === undefined || candles.length < PAGE || last < start) break;
        start = last + 1;
      }
      return bars;
    },
    listings: (spelling, signal) => oandaListings(spelling, account, { http, base, headers, signal }),
    async quote(instrument, signal) {
      const code = vendorCode(instrument, 'oanda');
      const url = `${base}/v3/accounts/${account}/pricing`;
      const query = { instruments: code };
      const { prices } = await http.getJson({ url, query, headers, schema: Pricing, ...(signal ? { signal } : {}) });
      const price = prices.find((each) => each.instrument === code);
      const bid = price?.bids[0]?.price;
      const ask = price?.asks[0]?.price;
      if (!price || bid === undefined || ask === undefined) {
        throw new AppError('not_found', `oanda: no two-sided price of ${instrument.symbol} now.`);
      }
      const times = { eventTime: Date.parse(price.time), receiveTime: clock.now() };
      return { symbol: instrument.symbol, bid, ask, ...times, source: 'oanda' };
    },
  };
  return token && account ? provider : { ...provider, unavailable: 'Set OANDA_API_TOKEN and OANDA_ACCOUNT_ID.' };
};
