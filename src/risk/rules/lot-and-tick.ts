import { formatAmount } from '../../domain/decimal.ts';
import { fact } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** Quantities and prices that the venue can hold; a reduce-only order no larger than what there is to reduce. */
export const lotAndTick: RiskRule = {
  code: 'lot_and_tick',
  reducing: 'judged',
  judge: ({ order, quoted, reducible, held }) => {
    const { lot, minQuantity, tick, symbol } = quoted.instrument;
    const { quantity, limitPrice, stopPrice, stopLoss, takeProfit } = order;
    const is = formatAmount(quantity);
    const refuse = (message: string, passesIf: string, limit: string) => ({
      ...fact(false, is, limit, message),
      passesIf,
    });
    const [least, step] = [formatAmount(minQuantity), formatAmount(lot)];
    if (quantity <= 0n) return refuse('The quantity is not positive.', `quantity is at least ${least}`, least);
    if (order.reduceOnly && quantity > reducible) {
      const there = formatAmount(reducible);
      return reducible > 0n
        ? refuse(`Only ${there} ${symbol} is left to reduce.`, `quantity is at most ${there}`, there)
        : refuse(`There is no ${symbol} to reduce.`, 'a position is open and no other order closes it', '0');
    }
    const closesAll = held !== undefined && quantity === held.quantity && order.reduceOnly;
    if (quantity < minQuantity && !closesAll) {
      return refuse(`${is} is less than the smallest order of ${least}.`, `quantity is at least ${least}`, least);
    }
    if (quantity % lot !== 0n && !closesAll) {
      return refuse(`${is} is not a multiple of the lot of ${step}.`, `quantity is a multiple of ${step}`, step);
    }
    const prices = { limitPrice, stopPrice, stopLoss, takeProfit };
    const odd = Object.entries(prices).find(([, price]) => price !== undefined && (price <= 0n || price % tick !== 0n));
    if (odd) {
      const grid = formatAmount(tick);
      const message = `${odd[0]} ${formatAmount(odd[1]!)} is not a positive multiple of the tick of ${grid}.`;
      return { ...fact(false, formatAmount(odd[1]!), grid, message), passesIf: `${odd[0]} is a multiple of ${grid}` };
    }
    return fact(true, is, step, `${is} is a multiple of the lot of ${step}, and every price of the tick.`);
  },
};
