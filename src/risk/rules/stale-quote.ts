import { toIso } from '../../domain/time.ts';
import { fact, inWords } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** No entry at a price that may be gone. Exits are let through: being out is safer than being right. */
export const staleQuote: RiskRule = {
  code: 'stale_quote',
  reducing: 'exempt',
  judge: ({ quoted, market, limits }) => {
    const age = Math.max(0, market.asOf - quoted.quoteTime);
    const limit = limits.maxQuoteAgeMs;
    const passed = !quoted.quality.stale && age <= limit;
    const [is, may] = [inWords(age), inWords(limit)];
    const message = quoted.quality.stale
      ? `The newest price is from ${toIso(quoted.quoteTime)}, too old for today's clock.`
      : `The price is ${!passed && is === may ? `just over ${is}` : is} old; at most ${may} are allowed.`;
    return {
      ...fact(passed, age / 1_000, limit / 1_000, message),
      ...(quoted.quality.stale ? {} : { margin: (limit - age) / 1_000 }),
      unit: 's',
      passesIf: 'a fresh price arrives',
    };
  },
};
