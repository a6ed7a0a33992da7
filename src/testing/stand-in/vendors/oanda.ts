import { toIso } from '../../../domain/time.ts';
import { intervalNamed } from '../intervals.ts';
import { KEY, type StandIn } from '../stand-in.ts';

/** @see https://developer.oanda.com/rest-live-v20/instrument-ep/ */
export const oanda: StandIn = {
  name: 'oanda',
  keys: { OANDA_API_TOKEN: KEY, OANDA_ACCOUNT_ID: KEY },
  mayAsk: ({ headers }) => headers.authorization === `Bearer ${KEY}`,
  refusal: { status: 401, body: { errorMessage: 'Insufficient authorization to perform request.' } },
  limit: { status: 429, body: { errorMessage: 'Rate limit violation.' } },
  unknown: { status: 400, body: { errorMessage: "Invalid value specified for 'instrument'" } },
  answer({ path, query }, { market, now }) {
    if (path === `/v3/accounts/${KEY}/pricing`) {
      const found = market(query.instruments);
      if (!found) return undefined;
      const { bid, ask, at } = found.last();
      const side = (price: number) => [{ price: String(price), liquidity: 1_000_000 }];
      const price = { type: 'PRICE', instrument: query.instruments, time: nanos(at), tradeable: true };
      return { body: { time: nanos(now), prices: [{ ...price, bids: side(bid), asks: side(ask) }] } };
    }
    if (path === `/v3/accounts/${KEY}/instruments`) {
      const terms = { pipLocation: -4, displayPrecision: 5, minimumTradeSize: '1', marginRate: '0.02' };
      return { body: { instruments: [{ name: 'EUR_USD', type: 'CURRENCY', displayName: 'EUR/USD', ...terms }] } };
    }
    const [, instrument] = /^\/v3\/instruments\/(\w+)\/candles$/.exec(path) ?? [];
    const found = market(instrument);
    const interval = intervalNamed(query.granularity ?? '');
    if (!found || !interval) return undefined;
    const count = Number(query.count ?? 500);
    const bars = found.bars(interval, Date.parse(query.from ?? ''), now).slice(0, count);
    const candles = bars.map(({ openTime, open, high, low, close, volume }, i) => ({
      ...{ complete: i < bars.length - 1 || bars.length === count, time: nanos(openTime), volume },
      mid: { o: String(open), h: String(high), l: String(low), c: String(close) },
    }));
    return { body: { instrument, granularity: query.granularity, candles } };
  },
};

const nanos = (time: number) => toIso(time).replace('Z', '000000Z');
