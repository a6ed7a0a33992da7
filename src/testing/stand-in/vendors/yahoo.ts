import { DAY, HOUR, SECOND } from '../../../domain/time.ts';
import { intervalNamed } from '../intervals.ts';
import type { StandIn } from '../stand-in.ts';

const wrong = (status: number, code: string, description: string) => ({
  ...{ status, body: { chart: { result: null, error: { code, description } } } },
});

/** Keyless. @see https://query2.finance.yahoo.com/v8/finance/chart/AAPL?interval=1d */
export const yahoo: StandIn = {
  name: 'yahoo',
  keys: {},
  mayAsk: () => true,
  refusal: wrong(401, 'Unauthorized', 'User is not logged in'),
  limit: { status: 429, body: 'Too Many Requests\r\n' },
  unknown: wrong(404, 'Not Found', 'No data found, symbol may be delisted'),
  answer({ path, query }, { market, now }) {
    const found = market(decodeURIComponent(/^\/v8\/finance\/chart\/(.+)$/.exec(path)?.[1] ?? ''));
    const interval = intervalNamed(query.interval ?? '');
    if (!found || !interval) return undefined;
    const [from, to] = query.period1
      ? [Number(query.period1) * SECOND, Number(query.period2) * SECOND]
      : [now - DAY, now];
    const bars = found.bars(interval, from, to);
    // Days of shares are stamped with their opening.
    const opening = interval === '1d' && found.instrument.calendar === 'us-equity' ? 14.5 * HOUR : 0;
    const { price, at } = found.last();
    const meta = { symbol: found.instrument.symbol, regularMarketPrice: price, regularMarketTime: at / SECOND };
    const quote = {
      ...{ open: bars.map(({ open }) => open), high: bars.map(({ high }) => high), low: bars.map(({ low }) => low) },
      ...{ close: bars.map(({ close }) => close), volume: bars.map(({ volume }) => volume) },
    };
    const timestamp = bars.map(({ openTime }) => (openTime + opening) / SECOND);
    return { body: { chart: { result: [{ meta, timestamp, indicators: { quote: [quote] } }], error: null } } };
  },
};
