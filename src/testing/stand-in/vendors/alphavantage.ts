import { barOpen, DAY, toIso } from '../../../domain/time.ts';
import { intervalNamed } from '../intervals.ts';
import { newYorkText } from '../new-york.ts';
import { KEY, type StandIn } from '../stand-in.ts';

/** Whatever is wrong comes with status 200. @see https://www.alphavantage.co/documentation/ */
export const alphavantage: StandIn = {
  name: 'alphavantage',
  keys: { ALPHAVANTAGE_API_KEY: KEY },
  mayAsk: ({ query }) => query.apikey === KEY,
  refusal: { body: { 'Error Message': 'the parameter apikey is invalid or missing.' } },
  limit: { body: { Information: 'Our standard API rate limit is 25 requests per day.' } },
  unknown: { body: { 'Error Message': 'Invalid API call. Please retry or visit the documentation.' } },
  answer({ path, query }, { market, now }) {
    const name = query.function ?? '';
    if (path !== '/query') return undefined;
    if (name === 'SPLITS' || name === 'DIVIDENDS') return { body: { symbol: query.symbol, data: [] } };
    const code = query.from_symbol ?? query.from_currency ?? query.symbol ?? '';
    const found = market(`${code}${query.to_symbol ?? query.to_currency ?? query.market ?? ''}`);
    if (!found) return undefined;
    const { price, at } = found.last();
    if (name === 'GLOBAL_QUOTE') {
      const quote = {
        '01. symbol': code,
        '05. price': String(price),
        '07. latest trading day': toIso(at).slice(0, 10),
      };
      return { body: { 'Global Quote': quote } };
    }
    if (name === 'CURRENCY_EXCHANGE_RATE') {
      const rate = { '5. Exchange Rate': String(price), '6. Last Refreshed': plain(at), '7. Time Zone': 'UTC' };
      return { body: { 'Realtime Currency Exchange Rate': rate } };
    }
    const interval = name.includes('INTRADAY') ? intervalNamed(query.interval ?? '') : '1d';
    if (!interval) return undefined;
    const shares = name.startsWith('TIME_SERIES');
    const from = query.month ? Date.parse(`${query.month}-01T00:00:00Z`) : now - 3_650 * DAY;
    const to = query.month ? Math.min(now, barOpen('1M', from + 32 * DAY)) : now;
    const bars = found.bars(interval, interval === '1d' ? from : Math.max(from, now - 400 * DAY), to);
    const rows = bars.slice(query.outputsize === 'full' ? 0 : -100).reverse();
    const stamp = (time: number) =>
      interval === '1d' ? toIso(time).slice(0, 10) : shares ? newYorkText(time) : plain(time);
    const series = rows.map(({ openTime, open, high, low, close, volume }) => [
      stamp(openTime),
      {
        ...{ '1. open': String(open), '2. high': String(high), '3. low': String(low), '4. close': String(close) },
        '5. volume': String(volume),
      },
    ]);
    const zone = shares ? 'US/Eastern' : 'UTC';
    return { body: { 'Meta Data': { '6. Time Zone': zone }, [titleOf(interval)]: Object.fromEntries(series) } };
  },
};

const plain = (time: number) => toIso(time).slice(0, 19).replace('T', ' ');
const titleOf = (interval: string) =>
  `Time Series (${interval === '1d' ? 'Daily' : interval.replace('1h', '60min').replace(/m$/, 'min')})`;
