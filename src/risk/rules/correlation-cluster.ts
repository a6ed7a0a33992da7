import { type Money, scale } from '../../domain/decimal.ts';
import { correlationKey } from '../../domain/market.ts';
import { amountAtMost, quantityWorth, size } from '../measures.ts';
import type { RiskQuestion, RiskRule } from '../rule.ts';

const limit = ({ equity, limits }: RiskQuestion) => scale(equity, limits.maxClusterExposure);

/** Worth of the holdings that would win and lose together with this order. */
function cluster({ account, exposure, market, order, sign, limits }: RiskQuestion): Money {
  let together = 0n;
  for (const { symbol } of account.positions) {
    const signed = (exposure.bySymbol[symbol] ?? 0n) as Money;
    const own = symbol === order.symbol;
    const correlation = own ? 1 : (market.correlations[correlationKey(symbol, order.symbol)] ?? 0);
    const alike = correlation * (signed > 0n ? 1 : -1) * Number(sign) > 0;
    if (alike && Math.abs(correlation) >= limits.clusterCorrelation) together += size(signed);
  }
  return together as Money;
}

/** Holdings that move as one count as one, however many names they have. */
export const correlationCluster: RiskRule = {
  code: 'correlation_cluster',
  reducing: 'exempt',
  judge: (question) => {
    const becomes = (cluster(question) + question.orderNotional) as Money;
    return amountAtMost(becomes, limit(question), question.market.currency, 'Holdings that move as one would be worth');
  },
  room: (question) => quantityWorth(question, (limit(question) - cluster(question)) as Money),
};
