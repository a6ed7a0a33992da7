import { type Money, money } from '../../domain/decimal.ts';
import { amountAtMost, limitOf, quantityWorth, size } from '../measures.ts';
import type { RiskQuestion, RiskRule } from '../rule.ts';

const limit = ({ equity, limits }: RiskQuestion) =>
  limitOf(limits.maxPositionNotional, equity, limits.maxPositionFraction, money);

/** How large one holding may become. */
export const positionNotional: RiskRule = {
  code: 'position_notional',
  reducing: 'exempt',
  judge: (question) => {
    const { heldNotional, orderNotional, sign, market, order } = question;
    const becomes = size((heldNotional + sign * orderNotional) as Money);
    return amountAtMost(becomes, limit(question), market.currency, `The ${order.symbol} position would be worth`);
  },
  room: (question) => quantityWorth(question, (limit(question) - question.sign * question.heldNotional) as Money),
};
