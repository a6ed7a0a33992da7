import { amountOf, type Money, ONE, type Rate, scale, subtract } from '../../domain/decimal.ts';
import { margin } from '../../portfolio/exposure.ts';
import { amountAtMost, quantityWorth } from '../measures.ts';
import type { RiskQuestion, RiskRule } from '../rule.ts';

const limit = ({ equity, limits }: RiskQuestion) => scale(equity, limits.maxMarginUse);

/** The margin that an amount of notional asks for, turned round. */
export const notionalOfMargin = (budget: Money, marginRate: number): Money =>
  ((budget * ONE) / amountOf<Rate>(marginRate)) as Money;

/** Margin in use, this order's among it, as a share of equity. */
export const leverage: RiskRule = {
  code: 'leverage',
  reducing: 'exempt',
  judge: (question) => {
    const { marginUsed, orderNotional, quoted, market } = question;
    const becomes = (marginUsed + margin(orderNotional, quoted.instrument.marginRate)) as Money;
    return amountAtMost(becomes, limit(question), market.currency, 'Margin in use would be');
  },
  room: (question) => {
    const { marginRate } = question.quoted.instrument;
    if (marginRate <= 0) return question.order.quantity;
    return quantityWorth(question, notionalOfMargin(subtract(limit(question), question.marginUsed), marginRate));
  },
};
