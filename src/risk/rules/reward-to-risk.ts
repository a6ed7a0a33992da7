import { toNumber } from '../../domain/decimal.ts';
import { notApplicable, numberAtLeast, stopDistance } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** A target must be worth the stop. An order without a target promises nothing and is not judged. */
export const rewardToRisk: RiskRule = {
  code: 'reward_to_risk',
  reducing: 'exempt',
  judge: ({ order, limits }) => {
    const { takeProfit, referencePrice, side, stopLoss } = order;
    if (takeProfit === undefined || stopLoss === undefined) {
      return notApplicable('The order has no target and stop to compare.');
    }
    const reward = side === 'buy' ? takeProfit - referencePrice : referencePrice - takeProfit;
    const ratio = toNumber(reward) / toNumber(stopDistance(order));
    return {
      ...numberAtLeast(ratio, limits.minRewardToRisk, 'ratio', 'Reward to risk is'),
      passesIf: 'the target is further away, or the stop nearer',
    };
  },
};
