import { drawdown as fallOf } from '../../portfolio/performance.ts';
import { numberAtMost } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** No new risk while equity is too far below its peak. */
export const drawdown: RiskRule = {
  code: 'drawdown',
  reducing: 'exempt',
  judge: ({ account, equity, limits }) =>
    numberAtMost(fallOf(account, equity), limits.maxDrawdown, 'fraction', 'Equity is below its peak by'),
};
