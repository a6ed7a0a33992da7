import { type Money, scale } from '../../domain/decimal.ts';
import { amountAtMost, quantityWorth, size } from '../measures.ts';
import type { RiskQuestion, RiskRule } from '../rule.ts';

const limit = ({ equity, limits }: RiskQuestion) => scale(equity, limits.maxGrossExposure);
/** Both sides of everything but this symbol. */
const others = ({ exposure, heldNotional }: RiskQuestion) => (exposure.gross - size(heldNotional)) as Money;

/** Long and short holdings together. */
export const grossExposure: RiskRule = {
  code: 'gross_exposure',
  reducing: 'exempt',
  judge: (question) => {
    const { heldNotional, orderNotional, sign, market } = question;
    const becomes = (others(question) + size((heldNotional + sign * orderNotional) as Money)) as Money;
    return amountAtMost(becomes, limit(question), market.currency, 'All holdings together would be worth');
  },
  room: (question) =>
    quantityWorth(question, (limit(question) - others(question) - question.sign * question.heldNotional) as Money),
};
