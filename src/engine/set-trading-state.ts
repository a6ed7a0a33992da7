import type { TradingState } from '../domain/account.ts';
import { AppError } from '../domain/errors.ts';
import { cancelOrder } from './cancel-order.ts';
import { closePosition } from './close-position.ts';
import type { Desk } from './desk.ts';

/** Programs that act for a person may only make things safer. */
const mayOnlyTighten = new Set(['mcp', 'agent', 'cycle', 'watch', 'backtest']);
const strictness: Record<TradingState, number> = { active: 0, reducing: 1, halted: 2 };

/** Changes the trading state, which lasts over restarts until a person changes it back. */
export async function setTradingState(
  desk: Desk,
  { state, reason, by, origin = 'user' }: { state: TradingState; reason: string; by: string; origin?: string },
): Promise<void> {
  await desk.book.append(desk.accountId, (account) => {
    if (account.tradingState === state) return [];
    if (mayOnlyTighten.has(origin) && strictness[state] < strictness[account.tradingState]) {
      throw new AppError('forbidden', `Only a person may set trading from ${account.tradingState} to ${state}.`, {
        hint: 'Resume trading in the web app or on the command line.',
      });
    }
    return [{ kind: 'trading-state', payload: { state, reason, by } }];
  });
}

export interface StopReport {
  cancelled: string[];
  closed: string[];
  /** What could not be done, with the reason; the desk is halted all the same. */
  failed: { what: string; why: string }[];
}

/**
 * The kill switch. First no new order may leave; then entries are cancelled; then, where asked for, positions are
 * closed; last the desk is halted. Without `flatten` the stops and targets of positions stay at the broker, since
 * cancelling them would leave the positions bare.
 */
export async function emergencyStop(
  desk: Desk,
  { reason, by, flatten = false }: { reason: string; by: string; flatten?: boolean },
): Promise<StopReport> {
  await setTradingState(desk, { state: flatten ? 'reducing' : 'halted', reason, by });
  const report: StopReport = { cancelled: [], closed: [], failed: [] };
  const attempt = async (what: string, done: string[], act: () => Promise<unknown>) => {
    try {
      await act();
      done.push(what);
    } catch (failure) {
      if (!(failure instanceof AppError)) throw failure;
      report.failed.push({ what, why: failure.message });
    }
  };
  const { openOrders } = await desk.book.read(desk.accountId);
  for (const { clientOrderId: id } of openOrders.filter((order) => order.role === 'entry')) {
    await attempt(id, report.cancelled, () => cancelOrder(desk, id, by));
  }
  if (flatten) {
    const { positions } = await desk.book.read(desk.accountId);
    for (const { symbol } of positions) {
      await attempt(symbol, report.closed, async () => {
        const { outcome, verdict } = await closePosition(desk, { symbol, origin: 'user' });
        if (outcome !== 'placed') throw new AppError('risk_rejected', verdict?.passesIf ?? 'Risk refused the exit.');
      });
    }
    await setTradingState(desk, { state: 'halted', reason, by });
  }
  return report;
}
