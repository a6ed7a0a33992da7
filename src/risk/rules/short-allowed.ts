import { fact } from '../measures.ts';
import type { RiskRule } from '../rule.ts';

/** Selling what is not owned needs an instrument and a profile that allow it. */
export const shortAllowed: RiskRule = {
  code: 'short_allowed',
  reducing: 'exempt',
  judge: ({ order, held, quoted, limits }) => {
    const owned = held ? (held.side === 'long' ? held.quantity : -held.quantity) : 0n;
    if (order.side === 'buy' || owned >= order.quantity)
      return fact(true, false, null, 'The order sells nothing short.');
    const { shortable, symbol } = quoted.instrument;
    if (!shortable) {
      return {
        ...fact(false, true, false, `${symbol} cannot be sold short.`),
        passesIf: 'it sells no more than is held',
      };
    }
    const message = limits.allowShort ? `${symbol} may be sold short.` : 'This profile does not sell short.';
    return {
      ...fact(limits.allowShort, true, limits.allowShort, message),
      passesIf: 'it sells no more than is held, or the profile allows short sales',
    };
  },
};
