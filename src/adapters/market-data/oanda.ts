import { z } from 'zod';
import type { Bar } from '../../domain/bar.ts';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { type Interval, SECOND, toIso } from '../../domain/time.ts';
import type { MarketDataProvider } from '../../ports/market-data.ts';
import { oandaListings } from './listings.ts';
import { openLines } from './stream/http-lines.ts';
import { oandaFeed } from './stream/oanda.ts';
import { openSession } from './stream/session.ts';
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
/** What was wrong with a question, told with status 400. */
const Refusal = z.looseObject({ errorMessage: z.string() });
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
export const oanda: Vendor = (deps) => {
  const { clock, http, settings } = deps;
  const base = baseUrl(settings, 'OANDA', 'https://api-fxpractice.oanda.com');
  const { OANDA_API_TOKEN: token, OANDA_ACCOUNT_ID: account } = settings;
  const headers = { authorization: `Bearer ${token}`, 'accept-datetime-format': 'RFC3339' };

  const provider: MarketDataProvider = {
    name: 'oanda',
    simulated: false,
    assetClasses: ['fx', 'metal'],
    intervals: Object.keys(granularities) as Interval[],
    stream: (listener) => openSession(oandaFeed(deps), { ...deps, openSocket: openLines(deps.fetch) }, listener),
    /** @see https://developer.oanda.com/rest-live-v20/development-guide/ */
    budget: { calls: 100, perMs: SECOND },
    async bars({ instrument, interval, from, to, signal }) {
      const url = `${base}/v3/instruments/${vendorCode(instrument, 'oanda')}/candles`;
      const bars: Bar[] = [];
      for (let start = from; start < to; ) {
        const query = {
          ...{ granularity: granularities[interval], price: 'M', from: toIso(start), count: PAGE },
          ...{ alignmentTimezone: 'UTC', dailyAlignment: 0, weeklyAlignment: 'Monday' },
          // An opening price is the first one of its bar, not the close before it.
          smooth: 'False',
        };
        const schema = z.union([Candles, Refusal]);
        const read = { url, query, headers, schema, readStatuses: [400], ...(signal ? { signal } : {}) };
        const answer = await http.getJson(read);
        if (isRefusal(answer)) {
          // Of a time that it has not reached yet there are no bars.
          if (/in the future/i.test(answer.errorMessage)) break;
          throw refused(answer.errorMessage, instrument);
        }
        const { candles } = answer;
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
      const schema = z.union([Pricing, Refusal]);
      const read = { url, query, headers, schema, readStatuses: [400], ...(signal ? { signal } : {}) };
      const answer = await http.getJson(read);
      if (isRefusal(answer)) throw refused(answer.errorMessage, instrument);
      const { prices } = answer;
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

const isRefusal = (answer: object): answer is z.output<typeof Refusal> => 'errorMessage' in answer;

/** Its sentences may quote what was sent: only their kind is told. */
const refused = (message: string, { symbol }: Instrument) =>
  /instrument/i.test(message)
    ? new AppError('not_found', `oanda has no ${symbol}.`)
    : new AppError('unavailable', 'oanda refused the question.', { details: { status: 400 } });
