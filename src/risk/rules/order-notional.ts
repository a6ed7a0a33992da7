import { money } from '../../domain/decimal.ts';
import { amountAtMost, limitOf, quantityWorth } from '../measures.ts';
import type { RiskQuestion, RiskRule } from '../rule.ts';

const limit = ({ equity, limits }: RiskQuestion) =>
  limitOf(limits.maxOrderNotional, equity, limits.maxOrderFraction, money);

/** How large one order may be. */
export const orderNotional: RiskRule = {
  code: 'order_notional',
  reducing: 'exempt',
  judge: (question) =>
    amountAtMost(question.orderNotional, limit(question), question.market.currency, 'The order is worth'),
  room: (question) => quantityWorth(question, limit(question)),
};
