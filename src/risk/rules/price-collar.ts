import { toNumber } from '../../domain/decimal.ts';
import { midPrice } from '../../domain/quote.ts';
import { fact, numberAtMost } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** A price far from the market is a slip of the finger. Exits get twice the width, since they must get out. */
export const priceCollar: RiskRule = {
  code: 'price_collar',
  reducing: 'judged',
  judge: ({ order, quoted, limits, reducing }) => {
    const mid = midPrice(quoted);
    if (!(mid > 0)) return fact(false, null, null, 'There is no market price to compare with.');
    const { referencePrice, limitPrice, stopPrice } = order;
    const away = [referencePrice, limitPrice, stopPrice].map((each) =>
      each === undefined ? 0 : Math.abs(toNumber(each) - mid) / mid,
    );
    return {
      ...numberAtMost(
        Math.max(...away),
        limits.priceCollar * (reducing ? 2 : 1),
        'fraction',
        'Distance from the market is',
      ),
      passesIf: `its prices are nearer to ${mid}`,
    };
  },
};
