import { money } from '../../domain/decimal.ts';
import { dailyLoss as lossOf } from '../../portfolio/performance.ts';
import { amountAtMost, limitOf } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** No new risk on a day that has lost its limit; the limit itself counts as reached. */
export const dailyLoss: RiskRule = {
  code: 'daily_loss',
  reducing: 'exempt',
  judge: ({ account, equity, market, limits }) => {
    const limit = limitOf(limits.maxDailyLoss, account.dayStartEquity, limits.maxDailyLossFraction, money);
    const loss = lossOf(account, equity);
    const finding = amountAtMost(loss, limit, market.currency, 'The day has lost');
    return { ...finding, passed: loss < limit, passesIf: 'it is tried on another day' };
  },
};
