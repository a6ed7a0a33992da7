import { barClose, type Interval, intervals } from '../../../domain/time.ts';
import type { StandIn } from '../stand-in.ts';

const invalid = { status: 400, body: { code: -1121, msg: 'Invalid symbol.' } };

/** Keyless. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints */
export const binance: StandIn = {
  name: 'binance',
  keys: {},
  mayAsk: () => true,
  refusal: { status: 401, body: { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' } },
  limit: {
    ...{ status: 429, headers: { 'retry-after': '60' } },
    body: { code: -1003, msg: 'Too much request weight used; current limit is 6000 request weight per 1 MINUTE.' },
  },
  answer({ path, query }, { market, now }) {
    const found = market(query.symbol);
    if (!found) return invalid;
    const { price, bid, ask } = found.last();
    if (path === '/api/v3/ticker/bookTicker') {
      const sides = { bidPrice: String(bid), bidQty: '1', askPrice: String(ask), askQty: '1' };
      return { body: { symbol: query.symbol, ...sides } };
    }
    if (path === '/api/v3/depth') {
      const level = (best: number, step: number) =>
        Array.from({ length: Math.min(20, Number(query.limit ?? 100)) }, (_, i) => [String(best + step * i), '0.5']);
      return { body: { lastUpdateId: Math.floor(now), bids: level(bid, -0.01), asks: level(ask, 0.01) } };
    }
    if (path === '/api/v3/trades') {
      return { body: [{ id: Math.floor(now), price: String(price), qty: '0.01', time: now, isBuyerMaker: true }] };
    }
    const interval = query.interval as Interval;
    if (path !== '/api/v3/klines' || !intervals.includes(interval)) return undefined;
    const to = query.endTime === undefined ? now : Number(query.endTime) + 1;
    const bars = found.bars(interval, Number(query.startTime ?? 0), to).slice(0, Number(query.limit ?? 500));
    const body = bars.map(({ openTime, open, high, low, close, volume }) => [
      ...[openTime, ...[open, high, low, close, volume].map(String), barClose(interval, openTime) - 1],
      ...['0', 1, '0', '0', '0'],
    ]);
    return { body };
  },
};
