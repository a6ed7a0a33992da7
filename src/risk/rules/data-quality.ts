import { fact, numberAtLeast } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** Facts must be good enough, and everything that is held must have a price. */
export const dataQuality: RiskRule = {
  code: 'data_quality',
  reducing: 'exempt',
  judge: ({ quoted, limits, unpriced }) => {
    const { score } = quoted.quality;
    if (unpriced.length > 0) {
      const message = `No price is known for ${unpriced.join(', ')}, so the account cannot be valued.`;
      return { ...fact(false, score, limits.minQuality, message), passesIf: 'every holding has a price' };
    }
    return numberAtLeast(score, limits.minQuality, 'score', 'Quality of the facts is');
  },
};
