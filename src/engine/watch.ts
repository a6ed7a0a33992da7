import type { Account, Position } from '../domain/account.ts';
import { toNumber } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import type { InstrumentMarket } from '../domain/market.ts';
import { MINUTE } from '../domain/time.ts';
import { waits } from '../portfolio/orders.ts';
import { cancelOrder } from './cancel-order.ts';
import { closePosition, isLegOf } from './close-position.ts';
import type { Desk, MarketRead } from './desk.ts';
import { markEntries } from './mark.ts';
import { refusedWhy } from './placement.ts';
import { reconcile } from './reconcile.ts';
import { cancelEntries } from './set-trading-state.ts';

export interface WatchReport {
  /** Positions closed because a stop or target was reached that no broker held. */
  closed: { symbol: string; why: string }[];
  /** Day orders cancelled after their session. */
  expired: string[];
  /** Entries that were still on their way to the broker when trading was halted. */
  cancelled: string[];
  /** Positions that have no stop at all. */
  bare: string[];
  failed: { what: string; why: string }[];
}

/**
 * Between cycles: asks the broker for orders whose fate is open, guards the stops and targets that rest at no broker,
 * ends day orders whose session is over, cancels entries where trading is not active, and marks the account.
 */
export async function watch(desk: Desk): Promise<WatchReport> {
  const report: WatchReport = { closed: [], expired: [], cancelled: [], bare: [], failed: [] };
  const attempt = async (what: string, act: () => Promise<unknown>) => {
    try {
      await act();
    } catch (failure) {
      if (!(failure instanceof AppError)) throw failure;
      report.failed.push({ what, why: failure.message });
    }
  };
  let account = await desk.book.read(desk.accountId);
  if (account.openOrders.some(({ status }) => status === 'unknown' || status === 'pending')) {
    await attempt('reconciliation', () => reconcile(desk));
    account = await desk.book.read(desk.accountId);
  }
  if (account.tradingState !== 'active') {
    const { cancelled, failed } = await cancelEntries(desk, 'watch');
    report.cancelled.push(...cancelled);
    report.failed.push(...failed);
    account = await desk.book.read(desk.accountId);
  }
  const symbol = (account.positions[0] ?? account.openOrders[0])?.symbol;
  if (symbol === undefined) return report;
  const read = await desk.market({ symbol, account });

  for (const position of account.positions) {
    const quoted = read.market.instruments[position.symbol];
    if (position.stopLoss === undefined && !hasLeg(account, position.symbol, 'stop')) report.bare.push(position.symbol);
    const why = quoted && reached(position, quoted, account);
    if (!why) continue;
    const key = exitKey(desk, position);
    const request = { symbol: position.symbol, origin: 'watch', key };
    await attempt(position.symbol, async () => {
      const placement = await closePosition(desk, request);
      if (placement.outcome !== 'placed') throw new AppError('risk_rejected', `${why} ${refusedWhy(placement)}`);
      report.closed.push({ symbol: position.symbol, why });
    });
  }
  for (const { clientOrderId: id } of overdue(account, read)) {
    await attempt(id, async () => {
      await cancelOrder(desk, id, 'watch');
      report.expired.push(id);
    });
  }
  if (!read.quality.stale) {
    await desk.book.append(desk.accountId, (newest) => markEntries(newest, read.market, desk.clock.now()));
  }
  return report;
}

const hasLeg = (account: Account, symbol: string, role: 'stop' | 'target') =>
  account.openOrders.some((order) => isLegOf(order, symbol) && order.role === role);

/**
 * Why a position must be closed now: its stop or target is passed and rests nowhere. While a closing order is on its way
 * nothing is done; one that waits for a better price is no protection.
 */
function reached(position: Position, quoted: InstrumentMarket, account: Account): string | undefined {
  const { side, stopLoss, takeProfit, symbol } = position;
  const closing = account.openOrders.some(
    (order) => order.symbol === symbol && order.role === 'entry' && order.reduceOnly && !waits(order),
  );
  if (closing || !quoted.sessionOpen) return undefined;
  const price = side === 'long' ? quoted.bid : quoted.ask;
  const beyond = (level: number, losing: boolean) => ((side === 'long') === losing ? price <= level : price >= level);
  if (stopLoss !== undefined && !hasLeg(account, symbol, 'stop') && beyond(toNumber(stopLoss), true)) {
    return `${symbol} reached its stop at ${toNumber(stopLoss)}.`;
  }
  if (takeProfit !== undefined && !hasLeg(account, symbol, 'target') && beyond(toNumber(takeProfit), false)) {
    return `${symbol} reached its target at ${toNumber(takeProfit)}.`;
  }
  return undefined;
}

/** One exit per holding and minute: a second look changes nothing, a refused exit is tried again. */
const exitKey = (desk: Desk, { symbol, openedAt }: Position) =>
  `watch:${symbol}:${openedAt}:${Math.floor(desk.clock.now() / MINUTE)}`;

const overdue = (account: Account, { market }: MarketRead) =>
  account.openOrders.filter(
    (order) => order.timeInForce === 'day' && market.instruments[order.symbol]?.sessionOpen === false,
  );
