import { notApplicable, numberAtLeast } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** The panel must mean it. An order that a person asked for carries no conviction and is not asked for one. */
export const minConviction: RiskRule = {
  code: 'min_conviction',
  reducing: 'exempt',
  judge: ({ order, limits }) =>
    order.conviction === 0 && order.probability === null
      ? notApplicable('A person asked for this order; no panel voted on it.')
      : numberAtLeast(Math.abs(order.conviction), limits.minConviction, 'conviction', 'Conviction is'),
};
