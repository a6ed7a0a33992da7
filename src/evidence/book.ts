import type { Account, Position } from '../domain/account.ts';
import { toNumber } from '../domain/decimal.ts';
import { correlationKey } from '../domain/market.ts';
import { type Marks, valueAccount } from '../portfolio/marks.ts';
import { drawdown } from '../portfolio/performance.ts';

/** The account as it bears on one instrument. For evidence only: the risk rules reckon exactly. */
export interface BookReading {
  /** What the account holds of the instrument: -1, 0 or 1. */
  held: number;
  positions: number;
  /** Fall of equity from its peak as a fraction, at the given marks. */
  drawdown: number;
  /** Net bet of all positions on a rise of the instrument, each by its correlation, over equity; -1 to 1. */
  lean: number;
}

const signOf = (position: Position) => (position.side === 'long' ? 1 : -1);

/** `priceOf` gives the newest known price of a symbol in its quote currency, or undefined: it then counts at cost. */
export function readBook(
  account: Account,
  symbol: string,
  correlations: Record<string, number>,
  priceOf: (symbol: string) => number | undefined,
): BookReading {
  const marks: Marks = {};
  let bet = 0;
  for (const position of account.positions) {
    // Its own currency's rate as last journalled: near enough for evidence.
    const rate = toNumber(position.lots.at(-1)?.rate ?? 0n);
    const price = priceOf(position.symbol);
    if (price !== undefined) marks[position.symbol] = { price, rate };
    const notional = toNumber(position.quantity) * (price ?? toNumber(position.averagePrice)) * rate;
    const likeness = position.symbol === symbol ? 1 : (correlations[correlationKey(symbol, position.symbol)] ?? 0);
    bet += signOf(position) * likeness * notional;
  }
  const own = account.positions.find((position) => position.symbol === symbol);
  const { equity } = valueAccount(account, marks);
  const worth = toNumber(equity);
  return {
    held: own ? signOf(own) : 0,
    positions: account.positions.length,
    drawdown: drawdown(account, equity),
    lean: worth > 0 ? Math.max(-1, Math.min(1, bet / worth)) : 0,
  };
}
