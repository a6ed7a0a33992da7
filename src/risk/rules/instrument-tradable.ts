import { fact } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** Only what can be traded, and what this desk follows. */
export const instrumentTradable: RiskRule = {
  code: 'instrument_tradable',
  reducing: 'exempt',
  judge: ({ quoted, limits }) => {
    const { symbol, tradable } = quoted.instrument;
    if (!tradable) return fact(false, symbol, null, `${symbol} is only quoted, it cannot be traded.`);
    if (limits.universe && !limits.universe.includes(symbol)) {
      const followed = limits.universe.join(', ');
      return {
        ...fact(false, symbol, followed, `${symbol} is not in the universe.`),
        passesIf: `the symbol is one of ${followed}`,
      };
    }
    return fact(true, symbol, null, `${symbol} can be traded.`);
  },
};
