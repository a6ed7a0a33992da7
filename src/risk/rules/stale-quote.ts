import { toIso } from '../../domain/time.ts';
import { fact, numberAtMost } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** No entry at a price that may be gone. Exits are let through: being out is safer than being right. */
export const staleQuote: RiskRule = {
  code: 'stale_quote',
  reducing: 'exempt',
  judge: ({ quoted, market, limits }) => {
    const age = Math.max(0, market.asOf - quoted.quoteTime) / 1_000;
    const limit = limits.maxQuoteAgeMs / 1_000;
    const passesIf = 'a fresh price arrives';
    if (quoted.quality.stale) {
      const message = `The newest price is from ${toIso(quoted.quoteTime)}, too old for today's clock.`;
      return { ...fact(false, age, limit, message), unit: 's', passesIf };
    }
    return { ...numberAtMost(age, limit, 's', 'The price is old by'), passesIf };
  },
};
