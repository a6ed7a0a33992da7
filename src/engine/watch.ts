import type { Account, Position } from '../domain/account.ts';
import { toNumber } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import type { InstrumentMarket, Market } from '../domain/market.ts';
import { MINUTE } from '../domain/time.ts';
import { isMarkOf } from '../portfolio/marks.ts';
import { waits } from '../portfolio/orders.ts';
import { cancelOrder } from './cancel-order.ts';
import { closePosition, isLegOf } from './close-position.ts';
import type { Desk } from './desk.ts';
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
 * Between cycles: learns from the broker what the desk missed, guards the stops and targets that rest at no broker,
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
  // Always: an event that was missed leaves no trace that one could ask for.
  await attempt('reconciliation', () => reconcile(desk));
  let account = await desk.book.read(desk.accountId);
  if (account.tradingState !== 'active') {
    const { cancelled, failed } = await cancelEntries(desk, 'watch');
    report.cancelled.push(...cancelled);
    report.failed.push(...failed);
    account = await desk.book.read(desk.accountId);
  }
  const seen: Market['instruments'] = {};
  for (const { symbol } of [...account.positions, ...account.openOrders]) {
    if (seen[symbol]) continue;
    await attempt(symbol, async () => {
      const { market, quality } = await desk.market({ symbol, account });
      // One whose feed is lost is read as of its last bar, and everything beside it as of then.
      Object.assign(seen, quality.stale ? { [symbol]: market.instruments[symbol] } : market.instruments);
    });
  }

  for (const position of account.positions) {
    const quoted = seen[position.symbol];
    if (position.stopLoss === undefined && !hasLeg(account, position.symbol, 'stop')) report.bare.push(position.symbol);
    // A stop at real prices is not reached by simulated ones, nor the other way round.
    const why = quoted && isMarkOf(quoted, position) && reached(position, quoted, account);
    if (!why) continue;
    const key = exitKey(desk, position);
    const request = { symbol: position.symbol, origin: 'watch', key };
    await attempt(position.symbol, async () => {
      const placement = await closePosition(desk, request);
      if (placement.outcome !== 'placed') throw new AppError('risk_rejected', `${why} ${refusedWhy(placement)}`);
      report.closed.push({ symbol: position.symbol, why });
    });
  }
  for (const { clientOrderId: id } of overdue(account, seen)) {
    await attempt(id, async () => {
      await cancelOrder(desk, id, 'watch');
      report.expired.push(id);
    });
  }
  const priced = ({ symbol }: Position) => seen[symbol] && !(seen[symbol].quality.stale && seen[symbol].sessionOpen);
  await desk.book.append(desk.accountId, (newest) => {
    const now = desk.clock.now();
    const market: Market = { asOf: now, currency: newest.currency, instruments: seen, correlations: {} };
    return newest.positions.every(priced) ? markEntries(newest, market, now) : [];
  });
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

const overdue = (account: Account, seen: Market['instruments']) =>
  account.openOrders.filter((order) => order.timeInForce === 'day' && seen[order.symbol]?.sessionOpen === false);
