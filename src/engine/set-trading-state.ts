import type { TradingState } from '../domain/account.ts';
import { AppError } from '../domain/errors.ts';
import { cancelOrder } from './cancel-order.ts';
import { closePosition } from './close-position.ts';
import type { Desk } from './desk.ts';
import { refusedWhy } from './placement.ts';

/** Programs that act for a person may only make things safer. */
const mayOnlyTighten = new Set(['api', 'mcp', 'agent', 'cycle', 'watch', 'backtest']);
const strictness: Record<TradingState, number> = { active: 0, reducing: 1, halted: 2 };

export interface StateReport {
  /** Entries that were cancelled, by their client order ids. */
  cancelled: string[];
  /** What could not be done, with the reason; the state holds all the same, and `watch` tries again. */
  failed: { what: string; why: string }[];
}

/**
 * Changes the trading state, which lasts over restarts until a person changes it back. First no new order may leave;
 * then every open entry is cancelled unless trading is active: what rests at the broker would fill in any state. Exits,
 * stops and targets stay, since cancelling them would leave positions bare.
 */
export async function setTradingState(
  desk: Desk,
  { state, reason, by, origin = 'user' }: { state: TradingState; reason: string; by: string; origin?: string },
): Promise<StateReport> {
  await desk.book.append(desk.accountId, (account) => {
    if (account.tradingState === state) return [];
    if (mayOnlyTighten.has(origin) && strictness[state] < strictness[account.tradingState]) {
      throw new AppError('forbidden', `Only a person may set trading from ${account.tradingState} to ${state}.`, {
        hint: 'Resume trading in the web app or on the command line.',
      });
    }
    return [{ kind: 'trading-state', payload: { state, reason, by } }];
  });
  return state === 'active' ? { cancelled: [], failed: [] } : cancelEntries(desk, by);
}

/** Cancels every open order that could open or add to a position. One that cannot be cancelled does not save the next. */
export async function cancelEntries(desk: Desk, by: string): Promise<StateReport> {
  const report: StateReport = { cancelled: [], failed: [] };
  const { openOrders } = await desk.book.read(desk.accountId);
  for (const { clientOrderId: id, role, reduceOnly } of openOrders) {
    if (role !== 'entry' || reduceOnly) continue;
    await attempt(report, id, async () => {
      await cancelOrder(desk, id, by);
      report.cancelled.push(id);
    });
  }
  return report;
}

export interface StopReport extends StateReport {
  /** Symbols whose positions were closed. */
  closed: string[];
}

/**
 * The kill switch: halts, and where asked for closes every position first. Without `flatten` the stops and targets of
 * positions stay at the broker. From a halted desk only a person may flatten, since exits need it a little looser.
 */
export async function emergencyStop(
  desk: Desk,
  { reason, by, origin, flatten = false }: { reason: string; by: string; origin?: string; flatten?: boolean },
): Promise<StopReport> {
  const told = { reason, by, ...(origin === undefined ? {} : { origin }) };
  const report: StopReport = {
    closed: [],
    ...(await setTradingState(desk, { ...told, state: flatten ? 'reducing' : 'halted' })),
  };
  if (!flatten) return report;
  const { positions } = await desk.book.read(desk.accountId);
  for (const { symbol } of positions) {
    await attempt(report, symbol, async () => {
      const placement = await closePosition(desk, { symbol, origin: origin ?? 'user' });
      if (placement.outcome !== 'placed') throw new AppError('risk_rejected', refusedWhy(placement));
      report.closed.push(symbol);
    });
  }
  await setTradingState(desk, { ...told, state: 'halted' });
  return report;
}

async function attempt(report: StateReport, what: string, act: () => Promise<unknown>) {
  try {
    await act();
  } catch (failure) {
    if (!(failure instanceof AppError)) throw failure;
    report.failed.push({ what, why: failure.message });
  }
}
