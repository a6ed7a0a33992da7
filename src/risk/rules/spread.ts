import { fact, numberAtMost } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** No entry into a market that has stepped back, or into one whose quote makes no sense. */
export const spread: RiskRule = {
  code: 'spread',
  reducing: 'exempt',
  judge: ({ quoted, limits }) => {
    const { bid, ask, instrument } = quoted;
    if (!(bid > 0 && ask >= bid))
      return fact(false, `${bid} / ${ask}`, 'bid <= ask', 'The quote is crossed or not positive.');
    const usual = instrument.typicalSpread > 0 ? instrument.typicalSpread : (bid + ask) * 0.001;
    // The difference of two prices carries their rounding; a billionth of a spread is not a wide spread.
    const multiple = Number(((ask - bid) / usual).toFixed(9));
    return {
      ...numberAtMost(multiple, limits.maxSpreadMultiple, 'usual spreads', 'The spread is'),
      passesIf: 'the spread narrows',
    };
  },
};
