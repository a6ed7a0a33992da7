import { parseAmount, type Quantity } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import type { Order, Side } from '../domain/order.ts';
import { exitIntent } from '../portfolio/sizing.ts';
import { cancelOrder } from './cancel-order.ts';
import { clientOrderId } from './client-order-id.ts';
import type { Desk } from './desk.ts';
import { type Placement, place } from './placement.ts';
import { quotedOf } from './preview-order.ts';

export interface CloseRequest {
  symbol: string;
  /** Decimal text; all of it when absent. */
  quantity?: string;
  origin: string;
  /** The same key is one exit. */
  key?: string;
}

/**
 * Closes a position, or part of it, at the market. Exits that wait for a better price and the protective legs are
 * cancelled first, because brokers hold quantity for them; until the exit fills, and for what remains after a part,
 * `watch` guards the stop.
 */
export async function closePosition(desk: Desk, request: CloseRequest): Promise<Placement> {
  const account = await desk.book.read(desk.accountId);
  const read = await desk.market({ symbol: request.symbol, account });
  const { symbol } = read;
  const held = account.positions.find((position) => position.symbol === symbol);
  if (!held) throw new AppError('not_found', `The account holds no ${symbol}.`, { hint: 'List the positions first.' });
  const side: Side = held.side === 'long' ? 'sell' : 'buy';
  const quantity = request.quantity === undefined ? held.quantity : parseAmount<Quantity>(request.quantity);
  const key = request.key ?? desk.ids.next('req');
  return place(desk, {
    read,
    policy: await desk.policy(),
    intent: exitIntent(quotedOf(read), side, quantity, null, request.origin),
    clientOrderId: clientOrderId({ account: desk.accountId, key, symbol, leg: 'exit' }),
    beforeSending: () => cancelLegs(desk, symbol, request.origin),
  });
}

/** Takes the stop and target of a position from the broker, so that an exit may use the quantity that they hold. */
export async function cancelLegs(desk: Desk, symbol: string, origin: string): Promise<void> {
  const { openOrders } = await desk.book.read(desk.accountId);
  for (const leg of openOrders.filter((order) => isLegOf(order, symbol))) {
    await cancelOrder(desk, leg.clientOrderId, origin);
  }
}

export const isLegOf = (order: Order, symbol: string) => order.symbol === symbol && order.role !== 'entry';
