import { formatAmount } from '../../domain/decimal.ts';
import { fact } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** An entry says beforehand where it is given up, on the losing side of its price. */
export const stopRequired: RiskRule = {
  code: 'stop_required',
  reducing: 'exempt',
  judge: ({ order, limits, quoted }) => {
    const { stopLoss, referencePrice, side } = order;
    const losing = side === 'buy' ? 'below' : 'above';
    const reference = formatAmount(referencePrice);
    const passesIf = `stopLoss is ${losing} ${reference}${suggestion(quoted.atr, Number(reference), side)}`;
    if (stopLoss === undefined) {
      const message = limits.requireStop ? 'The order has no stop loss.' : 'No stop loss is required.';
      return { ...fact(!limits.requireStop, null, `a stop ${losing} ${reference}`, message), passesIf };
    }
    const passed = side === 'buy' ? stopLoss < referencePrice : stopLoss > referencePrice;
    const at = formatAmount(stopLoss);
    const message = `The stop loss at ${at} lies ${passed ? losing : `not ${losing}`} the price of ${reference}.`;
    return { ...fact(passed, at, `${losing} ${reference}`, message), passesIf };
  },
};

const suggestion = (atr: number, reference: number, side: 'buy' | 'sell') => {
  const stop = reference + (side === 'buy' ? -2 : 2) * atr;
  return atr > 0 && stop > 0 ? `, such as ${Number(stop.toPrecision(6))} (two average ranges away)` : '';
};
