import type { Account } from '../domain/account.ts';
import { toNumber } from '../domain/decimal.ts';
import { positionCost } from '../portfolio/lots.ts';

/**
 * Equity of an account with at most one position, as a number and without amounts: a backtest asks at every bar. Equal
 * to `portfolio/marks.ts` but for the rounding of the mark to a billionth (held by a test).
 */
export function createValuer(symbol: string) {
  let base = 0;
  let cost = 0;
  let size = 0;
  return {
    /** To be called whenever the account changed. */
    read(account: Account) {
      const position = account.positions.find((each) => each.symbol === symbol);
      base = toNumber(account.cash) + (position ? toNumber(positionCost(position)) : 0);
      const sign = position?.side === 'short' ? -1 : 1;
      size = position ? sign * toNumber(position.quantity) : 0;
      cost = position
        ? sign * position.lots.reduce((sum, lot) => sum + toNumber(lot.price) * toNumber(lot.quantity), 0)
        : 0;
    },
    equity: (price: number, rate: number) => base + (size * price - cost) * rate,
    /** Signed quantity. */
    size: () => size,
  };
}
