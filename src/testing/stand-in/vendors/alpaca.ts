import { DAY, HOUR, toIso } from '../../../domain/time.ts';
import { intervalNamed } from '../intervals.ts';
import type { StandInBar } from '../market.ts';
import { newYorkMidnight } from '../new-york.ts';
import { KEY, type StandIn } from '../stand-in.ts';

const rowOf = ({ openTime, open, high, low, close, volume }: StandInBar, daily: boolean) => ({
  ...{ t: toIso(daily ? newYorkMidnight(openTime) : openTime), o: open, h: high, l: low, c: close, v: volume },
  ...{ n: 1, vw: close },
});

/** @see https://docs.alpaca.markets/reference/stockbars */
export const alpaca: StandIn = {
  name: 'alpaca',
  keys: { ALPACA_API_KEY: KEY, ALPACA_API_SECRET: KEY },
  // Its prices of coins are public.
  mayAsk: ({ path, headers }) =>
    path.startsWith('/v1beta3/crypto/') ||
    (headers['apca-api-key-id'] === KEY && headers['apca-api-secret-key'] === KEY),
  refusal: { status: 403, body: { message: 'forbidden.' } },
  limit: { status: 429, body: { message: 'too many requests.' }, headers: { 'retry-after': '60' } },
  answer({ path, query }, { market, now }) {
    const coin = path.startsWith('/v1beta3/crypto/us/');
    if (path === '/v1/corporate-actions') return { body: { corporate_actions: {}, next_page_token: null } };
    const code = coin || query.symbols ? query.symbols : /^\/v2\/stocks\/(\w+)\//.exec(path)?.[1];
    const found = market(code);
    if (!code || !found) return undefined;
    if (path.endsWith('/bars')) {
      const interval = intervalNamed(query.timeframe ?? '');
      const from = query.start ? Date.parse(query.start) : now - 30 * DAY;
      const rows = interval ? found.bars(interval, from, query.end ? Date.parse(query.end) + 1 : now) : [];
      const page = Number(query.page_token ?? 0);
      const limit = Number(query.limit ?? 1_000);
      const bars = rows.slice(page, page + limit).map((bar) => rowOf(bar, !coin && interval === '1d'));
      return {
        body: { bars: { [code]: bars }, next_page_token: page + limit < rows.length ? String(page + limit) : null },
      };
    }
    const { bid, ask, price, at } = found.last();
    if (path.endsWith('/snapshot') || path.endsWith('/snapshots')) {
      const snapshot = {
        latestTrade: { t: toIso(at), x: 'V', p: price, s: 1, c: ['@'], i: 1, z: 'C' },
        latestQuote: { t: toIso(at), ax: 'V', ap: ask, as: 1, bx: 'V', bp: bid, bs: 1, c: ['R'], z: 'C' },
      };
      return { body: coin ? { snapshots: { [code]: snapshot } } : { symbol: code, ...snapshot } };
    }
    if (path.endsWith('/trades')) {
      const minutes = found.bars('1m', Math.max(Date.parse(query.start ?? ''), now - HOUR), now);
      const trades = minutes.map((bar, i) => ({
        t: toIso(bar.openTime),
        x: 'V',
        p: bar.close,
        s: bar.volume,
        i,
        c: [],
      }));
      return { body: { trades: { [code]: trades.reverse() }, next_page_token: null } };
    }
    return undefined;
  },
};
