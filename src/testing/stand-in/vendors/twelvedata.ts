import { SECOND, toIso } from '../../../domain/time.ts';
import { intervalNamed } from '../intervals.ts';
import { KEY, type StandIn } from '../stand-in.ts';

const failed = (code: number, message: string) => ({ status: code, body: { code, message, status: 'error' } });
const written = (time: number, daily = false) =>
  toIso(time)
    .slice(0, daily ? 10 : 19)
    .replace('T', ' ');
const read = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`);

/** @see https://twelvedata.com/docs#time-series */
export const twelvedata: StandIn = {
  name: 'twelvedata',
  keys: { TWELVEDATA_API_KEY: KEY },
  mayAsk: ({ headers, query }) => headers.authorization === `apikey ${KEY}` || query.apikey === KEY,
  refusal: failed(401, '**apikey** parameter is incorrect or not specified.'),
  limit: failed(429, 'You have run out of API credits for the current minute.'),
  answer({ path, query }, { market }) {
    if (path === '/splits') return { body: { meta: {}, splits: [] } };
    if (path === '/dividends') return { body: { meta: {}, dividends: [] } };
    const found = market(query.symbol);
    if (!found) return failed(404, '**symbol** parameter is missing or invalid.');
    if (path === '/quote') {
      const { price, at } = found.last();
      const times = { datetime: written(at), timestamp: Math.floor(at / SECOND) };
      return { body: { symbol: query.symbol, ...times, close: String(price) } };
    }
    const interval = intervalNamed(query.interval ?? '');
    if (path !== '/time_series' || !interval) return undefined;
    const bars = found
      .bars(interval, read(query.start_date ?? ''), read(query.end_date ?? '') + 1)
      .slice(-Number(query.outputsize ?? 30));
    if (bars.length === 0) return failed(400, 'No data is available on the specified dates.');
    const values = bars.map(({ openTime, open, high, low, close, volume }) => ({
      datetime: written(openTime, interval === '1d'),
      ...{ open: String(open), high: String(high), low: String(low), close: String(close), volume: String(volume) },
    }));
    return { body: { meta: { symbol: query.symbol, interval: query.interval }, values, status: 'ok' } };
  },
};
