import type { Desk } from './desk.ts';
import { intentOf, type OrderRequest } from './order-request.ts';
import { alreadyPlaced, entryId, type Placement, place } from './placement.ts';
import { previewOrder, quotedOf } from './preview-order.ts';

const prices = ['type', 'limitPrice', 'stopPrice', 'stopLoss', 'takeProfit'] as const;

/**
 * Places what a person asked for, if risk agrees. With the same `clientOrderId` (or `decisionId`) a second call reports
 * the first order, and is a `conflict` where it asks for another. `dryRun` judges and sends nothing.
 */
export async function placeOrder(desk: Desk, request: OrderRequest): Promise<Placement> {
  if (request.dryRun) {
    const { intent, verdict } = await previewOrder(desk, request);
    return { outcome: 'previewed', intent, verdict, orders: [], fills: [] };
  }
  const account = await desk.book.read(desk.accountId);
  const read = await desk.market({ symbol: request.symbol, account });
  const key = request.clientOrderId ?? request.decisionId;
  const { decisionId } = request;
  return place(desk, {
    read,
    policy: await desk.policy(),
    intent: intentOf(request, quotedOf(read)),
    clientOrderId: request.clientOrderId ?? entryId(desk, key ?? desk.ids.next('req'), read.symbol),
    ...(decisionId === undefined ? {} : { decisionId }),
    // Money buys another quantity at another price, so only a quantity that was asked for must be the same.
    exactly: [...prices, ...(request.notional === undefined ? (['quantity'] as const) : [])],
  });
}

export { alreadyPlaced, type Placement };
