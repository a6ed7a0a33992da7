import { add, scale, subtract } from '../../domain/decimal.ts';
import { amountAtMost, quantityRisking } from '../measures.ts';
import type { RiskQuestion, RiskRule } from '../rule.ts';

const budget = ({ equity, limits }: RiskQuestion) => scale(equity, limits.maxHeat);

/** What all stops together may lose, this order's among them. */
export const heat: RiskRule = {
  code: 'heat',
  reducing: 'exempt',
  judge: (question) => {
    const { heat: now, orderRisk, market } = question;
    return amountAtMost(add(now, orderRisk), budget(question), market.currency, 'All stops together would lose');
  },
  room: (question) => quantityRisking(question, subtract(budget(question), question.heat)),
};
