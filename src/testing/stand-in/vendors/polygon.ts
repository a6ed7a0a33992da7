import { intervalNamed } from '../intervals.ts';
import { newYorkMidnight } from '../new-york.ts';
import { KEY, type StandIn } from '../stand-in.ts';

const NANOS = 1e6;

/** @see https://polygon.io/docs/rest/stocks/aggregates/custom-bars */
export const polygon: StandIn = {
  name: 'polygon',
  keys: { POLYGON_API_KEY: KEY },
  mayAsk: ({ headers, query }) => headers.authorization === `Bearer ${KEY}` || query.apiKey === KEY,
  refusal: { status: 401, body: { status: 'ERROR', request_id: '1', error: 'Unknown API Key' } },
  limit: { status: 429, body: { status: 'ERROR', error: "You've exceeded the maximum requests per minute." } },
  answer({ path, query }, { market }) {
    if (/^\/v3\/reference\/(splits|dividends)$/.test(path)) return { body: { status: 'OK', results: [] } };
    const [, ticker, count, unit, from, to] =
      /^\/v2\/aggs\/ticker\/([^/]+)\/range\/(\d+)\/(\w+)\/(\d+)\/(\d+)$/.exec(decodeURIComponent(path)) ?? [];
    const code = ticker ?? /^\/v2\/last\/nbbo\/(\w+)$/.exec(path)?.[1] ?? pairOf(path);
    const found = market(code);
    if (!found) return undefined;
    if (ticker) {
      const interval = intervalNamed(`${count}${unit}`);
      const limit = Math.min(50_000, Number(query.limit ?? 5_000));
      const rows = interval ? found.bars(interval, Number(from), Number(to) + 1).slice(0, limit) : [];
      const eastern = interval === '1d' && !ticker.includes(':');
      const results = rows.map(({ openTime, open, high, low, close, volume }) => ({
        ...{ t: eastern ? newYorkMidnight(openTime) : openTime, o: open, h: high, l: low, c: close, v: volume, n: 1 },
      }));
      return {
        body: { ticker, adjusted: query.adjusted !== 'false', resultsCount: rows.length, status: 'OK', results },
      };
    }
    const { bid, ask, price, at } = found.last();
    if (path.startsWith('/v2/last/nbbo/')) {
      return { body: { status: 'OK', results: { T: code, p: bid, s: 1, P: ask, S: 1, t: at * NANOS } } };
    }
    const last = { bid, ask, price, exchange: 48, timestamp: at };
    return { body: { status: 'success', symbol: code, last } };
  },
};

/** Currencies and coins are named by two parts of the path. */
const pairOf = (path: string) =>
  /^\/v1\/(?:last_quote\/currencies|last\/crypto)\/(\w+)\/(\w+)$/.exec(path)?.slice(1).join('');
