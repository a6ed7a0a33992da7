import { z } from 'zod';
import type { Bar } from '../../domain/bar.ts';
import { intervals, type Timestamp } from '../../domain/time.ts';
import { binanceListings } from './listings.ts';
import { baseUrl, decimalText, receivedBar, type Vendor, vendorCode } from './vendor.ts';

/** Open time, open, high, low, close, volume, close time, and six more that nobody here needs. */
const Kline = z.tuple([z.number(), decimalText, decimalText, decimalText, decimalText, decimalText], z.unknown());
const BookTicker = z.looseObject({ bidPrice: decimalText, askPrice: decimalText });

/** Rows of one answer. */
const PAGE = 1000;

/** @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints */
export const binance: Vendor = ({ clock, http, settings }) => {
  const base = baseUrl(settings, 'BINANCE', 'https://data-api.binance.vision');
  return {
    name: 'binance',
    simulated: false,
    assetClasses: ['crypto'],
    intervals,
    async bars({ instrument, interval, from, to, signal }) {
      const symbol = vendorCode(instrument, 'binance');
      const bars: Bar[] = [];
      let startTime: Timestamp = from;
      while (startTime < to) {
        const query = { symbol, interval, startTime, endTime: to - 1, limit: PAGE };
        const url = `${base}/api/v3/klines`;
        const rows = await http.getJson({ url, query, schema: z.array(Kline), ...(signal ? { signal } : {}) });
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
      const query = { symbol: vendorCode(instrument, 'binance') };
      const url = `${base}/api/v3/ticker/bookTicker`;
      const book = await http.getJson({ url, query, schema: BookTicker, ...(signal ? { signal } : {}) });
      const now = clock.now();
      const sides = { bid: book.bidPrice, ask: book.askPrice };
      return { symbol: instrument.symbol, ...sides, eventTime: now, receiveTime: now, source: 'binance' };
    },
  };
};
