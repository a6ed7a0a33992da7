import { DAY, toIso } from '../../../domain/time.ts';
import type { StandIn } from '../stand-in.ts';

/** Keyless; one rate a day. @see https://frankfurter.dev */
export const frankfurter: StandIn = {
  name: 'frankfurter',
  keys: {},
  mayAsk: () => true,
  refusal: { status: 401, body: { message: 'unauthorized' } },
  limit: { status: 429, body: { message: 'too many requests' }, headers: { 'retry-after': '60' } },
  unknown: { status: 404, body: { message: 'not found' } },
  answer({ path, query }, { market }) {
    const { base = 'EUR', quotes = '' } = query;
    const found = market(`${base}${quotes}`);
    if (path !== '/v2/rates' || !found) return undefined;
    const bars = found.bars('1d', Date.parse(query.from ?? ''), Date.parse(query.to ?? '') + DAY);
    return {
      body: bars.map(({ openTime, close }) => ({
        date: toIso(openTime).slice(0, 10),
        base,
        quote: quotes,
        rate: close,
      })),
    };
  },
};
