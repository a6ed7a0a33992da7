import { AppError } from '../domain/errors.ts';
import { isOpen, neverReached } from '../portfolio/orders.ts';
import { absorbEvents } from './absorb.ts';
import type { Desk } from './desk.ts';
import { stateAtBroker } from './execute.ts';

/** Cancels an open order, in every trading state. What filled before stays filled. Done already is no error. */
export async function cancelOrder(desk: Desk, clientOrderId: string, origin: string): Promise<void> {
  const order = (await desk.book.ledger(desk.accountId)).order(clientOrderId);
  if (!order) throw new AppError('not_found', `There is no order ${clientOrderId}.`);
  if (!isOpen(order)) return;
  await desk.book.append(desk.accountId, () => [
    { kind: 'audit', payload: { action: 'cancel_requested', by: origin, particulars: { clientOrderId } } },
  ]);
  try {
    await desk.broker.cancel(clientOrderId);
  } catch (failure) {
    const unheard = failure instanceof AppError && failure.code === 'not_found';
    if (!unheard) throw failure;
    // Nothing is left to cancel. If it was still on its way, its acceptance brings it back into the account.
    const eventTime = desk.clock.now();
    const reason = neverReached;
    await absorbEvents(desk, [{ kind: 'order', clientOrderId, status: 'cancelled', reason, eventTime }]);
    return;
  }
  await absorbEvents(desk, await stateAtBroker(desk, order));
}
