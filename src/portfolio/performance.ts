import type { Account, ClosedTrade } from '../domain/account.ts';
import { type Money, subtract, sum, toNumber, zero } from '../domain/decimal.ts';

/** Closed trades in a row, newest backwards, that lost. A break-even trade ends the streak. */
export function lossStreak(trades: readonly ClosedTrade[]): number {
  let streak = 0;
  for (let i = trades.length - 1; i >= 0 && trades[i]!.profit < 0n; i--) streak++;
  return streak;
}

/** Fall from the highest marked equity, as a fraction; 0 at or above the peak. */
export const drawdown = (account: Account, equity: Money): number =>
  account.peakEquity <= 0n || equity >= account.peakEquity
    ? 0
    : toNumber(subtract(account.peakEquity, equity)) / toNumber(account.peakEquity);

/** What the day has lost so far, in the account's currency; 0 when it gained. */
export const dailyLoss = (account: Account, equity: Money): Money =>
  equity >= account.dayStartEquity ? zero<Money>() : subtract(account.dayStartEquity, equity);

export interface TradeStatistics {
  trades: number;
  winRate: number;
  grossProfit: Money;
  grossLoss: Money;
  /** Gross profit / gross loss; null when nothing was lost. */
  profitFactor: number | null;
  /** Mean profit of a trade, before fees. */
  expectancy: number;
}

/** Statistics of closed trades, or null when there are none. */
export function tradeStatistics(trades: readonly ClosedTrade[]): TradeStatistics | null {
  if (trades.length === 0) return null;
  const won = trades.filter((trade) => trade.profit > 0n);
  const grossProfit = sum(won.map((trade) => trade.profit));
  const grossLoss = -sum(trades.filter((trade) => trade.profit < 0n).map((trade) => trade.profit)) as Money;
  return {
    trades: trades.length,
    winRate: won.length / trades.length,
    grossProfit,
    grossLoss,
    profitFactor: grossLoss > 0n ? toNumber(grossProfit) / toNumber(grossLoss) : null,
    expectancy: toNumber(subtract(grossProfit, grossLoss)) / trades.length,
  };
}
