import { DAY, HOUR, MINUTE } from '../../domain/time.ts';
import { numberAtMost } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** How many orders a minute, an hour and a day may see; the tightest of the three is told. */
export const orderRate: RiskRule = {
  code: 'order_rate',
  reducing: 'exempt',
  judge: ({ account, market, limits }) => {
    const windows = [
      { span: MINUTE, name: 'minute', limit: limits.maxOrdersPerMinute },
      { span: HOUR, name: 'hour', limit: limits.maxOrdersPerHour },
      { span: DAY, name: 'day', limit: limits.maxOrdersPerDay },
    ].map((window) => ({
      ...window,
      count: account.recentSubmissions.filter((time) => time > market.asOf - window.span).length + 1,
    }));
    const tightest = windows.reduce((a, b) => (b.limit - b.count < a.limit - a.count ? b : a));
    return {
      ...numberAtMost(tightest.count, tightest.limit, 'orders', `Orders in the last ${tightest.name}, with this one:`),
      passesIf: `it is tried after a ${tightest.name}`,
    };
  },
};
