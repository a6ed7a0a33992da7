import { scale } from '../../domain/decimal.ts';
import { amountAtMost, quantityRisking } from '../measures.ts';
import type { RiskQuestion, RiskRule } from '../rule.ts';

const budget = ({ equity, limits }: RiskQuestion) => scale(equity, limits.maxRiskPerOrderFraction);

/** What one order may lose at its stop. */
export const riskPerOrder: RiskRule = {
  code: 'risk_per_order',
  reducing: 'exempt',
  judge: (question) =>
    amountAtMost(question.orderRisk, budget(question), question.market.currency, 'At its stop the order loses'),
  room: (question) => quantityRisking(question, budget(question)),
};
