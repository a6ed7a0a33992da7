import { fact } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** One working order per instrument and side: a second click must not be a second position. */
export const duplicateOrder: RiskRule = {
  code: 'duplicate_order',
  reducing: 'judged',
  judge: ({ working, order }) => {
    const alike = working.filter((each) => each.symbol === order.symbol && each.side === order.side).length;
    const passed = alike === 0;
    const message = passed
      ? `No other order to ${order.side} ${order.symbol} is open.`
      : `${alike} other order${alike > 1 ? 's' : ''} to ${order.side} ${order.symbol} ${alike > 1 ? 'are' : 'is'} open.`;
    return {
      ...fact(passed, alike, 0, message),
      unit: 'orders',
      passesIf: 'the open order is filled or cancelled first',
    };
  },
};
