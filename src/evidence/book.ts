import type { Account } from '../domain/account.ts';
import { toNumber } from '../domain/decimal.ts';
import { correlationKey } from '../domain/market.ts';

/** The account as it bears on one instrument. For evidence only: the risk rules reckon exactly. */
export interface BookReading {
  /** What the account holds of the instrument: -1, 0 or 1. */
  held: number;
  positions: number;
  /** Fall of equity from its peak as a fraction, at the given marks. */
  drawdown: number | null;
  /** Net bet of all positions on a rise of the instrument, each by its correlation, over equity; -1 to 1. */
  lean: number;
}

/** `mark` gives the newest known price of a symbol in its quote currency, or undefined. */
export function readBook(
  account: Account,
  symbol: string,
  correlations: Record<string, number>,
  mark: (symbol: string) => number | undefined,
): BookReading {
  let unrealised = 0;
  let bet = 0;
  for (const position of account.positions) {
    const sign = position.side === 'long' ? 1 : -1;
    const price = mark(position.symbol);
    let notional = 0;
    for (const lot of position.lots) {
      const [quantity, paid, rate] = [toNumber(lot.quantity), toNumber(lot.price), toNumber(lot.rate)];
      notional += quantity * (price ?? paid) * rate;
      unrealised += price === undefined ? 0 : sign * quantity * (price - paid) * rate;
    }
    const likeness = position.symbol === symbol ? 1 : (correlations[correlationKey(symbol, position.symbol)] ?? 0);
    bet += sign * likeness * notional;
  }
  const own = account.positions.find((position) => position.symbol === symbol);
  const equity = toNumber(account.deposited) + toNumber(account.realised) - toNumber(account.fees) + unrealised;
  const peak = Math.max(toNumber(account.peakEquity), equity);
  return {
    held: own ? (own.side === 'long' ? 1 : -1) : 0,
    positions: account.positions.length,
    drawdown: peak > 0 ? (peak - equity) / peak : null,
    lean: equity > 0 ? Math.max(-1, Math.min(1, bet / equity)) : 0,
  };
}
