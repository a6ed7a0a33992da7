import { subtract } from '../../domain/decimal.ts';
import { margin } from '../../portfolio/exposure.ts';
import { amountAtMost, quantityWorth } from '../measures.ts';
import type { RiskQuestion, RiskRule } from '../rule.ts';
import { notionalOfMargin } from './leverage.ts';

const free = ({ equity, marginUsed }: RiskQuestion) => subtract(equity, marginUsed);

/** The order's margin must be free, with every unknown and open order reckoned as filled. */
export const buyingPower: RiskRule = {
  code: 'buying_power',
  reducing: 'exempt',
  judge: (question) => {
    const { orderNotional, quoted, market } = question;
    const needed = margin(orderNotional, quoted.instrument.marginRate);
    return amountAtMost(needed, free(question), market.currency, 'The order needs a margin of');
  },
  room: (question) => {
    const { marginRate } = question.quoted.instrument;
    if (marginRate <= 0) return question.order.quantity;
    return quantityWorth(question, notionalOfMargin(free(question), marginRate));
  },
};
