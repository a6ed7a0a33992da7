import { DAY, SECOND } from '../../../domain/time.ts';
import { intervalNamed } from '../intervals.ts';
import { KEY, type StandIn } from '../stand-in.ts';

/** @see https://finnhub.io/docs/api/stock-candles */
export const finnhub: StandIn = {
  name: 'finnhub',
  keys: { FINNHUB_API_KEY: KEY },
  mayAsk: ({ headers, query }) => headers['x-finnhub-token'] === KEY || query.token === KEY,
  refusal: { status: 401, body: { error: 'Invalid API key' } },
  limit: { status: 429, body: { error: 'API limit reached. Please try again later. Remaining Limit: 0' } },
  answer({ path, query }, { market }) {
    const found = market(query.symbol);
    if (/^\/api\/v1\/stock\/(split|dividend)$/.test(path)) return { body: [] };
    if (path === '/api/v1/quote') {
      // Of what it does not know it answers zeros.
      const { price, at } = found?.last() ?? { price: 0, at: 0 };
      return { body: { c: price, h: price, l: price, o: price, pc: price, t: Math.floor(at / SECOND) } };
    }
    if (!/^\/api\/v1\/(stock|forex|crypto)\/candle$/.test(path)) return undefined;
    const minutes = Number(query.resolution);
    const interval = intervalNamed(minutes >= 60 ? `${minutes / 60}h` : (query.resolution ?? ''));
    const [from, to] = [Number(query.from) * SECOND, Number(query.to) * SECOND + 1];
    const bars = found && interval ? found.bars(interval, from, Math.min(to, from + 3_650 * DAY)) : [];
    if (bars.length === 0) return { body: { s: 'no_data' } };
    const column = (pick: (bar: (typeof bars)[number]) => number) => bars.map(pick);
    return {
      body: {
        ...{ s: 'ok', t: column(({ openTime }) => openTime / SECOND), o: column(({ open }) => open) },
        ...{ h: column(({ high }) => high), l: column(({ low }) => low), c: column(({ close }) => close) },
        v: column(({ volume }) => volume),
      },
    };
  },
};
