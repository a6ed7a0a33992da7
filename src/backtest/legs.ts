import type { Quantity } from '../domain/decimal.ts';
import { type Order, opposite } from '../domain/order.ts';
import type { Timestamp } from '../domain/time.ts';
import { isLegName, legName } from '../portfolio/orders.ts';

export const legId = (entry: Order, role: 'stop' | 'target') => legName(entry.clientOrderId, role);

/** Legs of one bracket, or the two sides of an OCO, share this: what one fills, the other gives up. */
export const legGroup = (order: Order) => order.parentId ?? order.clientOrderId;

/** A protective leg of an entry as it lies at the exchange: good till cancelled, and never more than the position. */
export function legOf(entry: Order, role: 'stop' | 'target', at: Timestamp): Order {
  const { account, symbol, decisionId, origin, simulated, clientOrderId } = entry;
  const pair = entry.orderClass === 'oco';
  return {
    clientOrderId: legId(entry, role),
    account,
    symbol,
    side: pair ? entry.side : opposite[entry.side],
    type: role === 'stop' ? 'stop' : 'limit',
    orderClass: 'oco',
    timeInForce: 'gtc',
    quantity: pair ? entry.quantity : entry.filledQuantity,
    filledQuantity: 0n as Quantity,
    ...(role === 'stop' ? { stopPrice: entry.stopLoss } : { limitPrice: entry.takeProfit }),
    reduceOnly: true,
    status: 'pending',
    parentId: clientOrderId,
    role,
    ...(decisionId === undefined ? {} : { decisionId }),
    origin,
    ...(simulated ? { simulated } : {}),
    createdAt: at,
    updatedAt: at,
  };
}

/** An OCO order is its own target: a limit order that names the stop as its sibling. */
export const ocoTarget = (order: Order): Order => ({
  ...order,
  type: 'limit',
  limitPrice: order.takeProfit ?? order.limitPrice,
  reduceOnly: true,
  role: 'target',
});

/** Why the exchange cannot hold an order, or undefined. Risk has judged it before; this is the broker's own door. */
export function refusal(order: Order, lot: Quantity): string | undefined {
  if (isLegName(order.clientOrderId)) return 'names that end in -stop or -target are those of protective legs.';
  if (order.quantity <= 0n) return 'its quantity is not positive.';
  if (order.quantity % lot !== 0n) return 'its quantity is not a multiple of the lot.';
  if (order.timeInForce === 'opg' || order.timeInForce === 'cls') {
    return `time in force ${order.timeInForce} is not simulated; use day or gtc.`;
  }
  const needs: [boolean, unknown, string][] = [
    [order.type === 'limit' && order.orderClass !== 'oco', order.limitPrice, 'a limit price'],
    [order.type === 'stop_limit', order.limitPrice, 'a limit price'],
    [order.type === 'stop' || order.type === 'stop_limit', order.stopPrice, 'a stop price'],
    [order.type === 'trailing_stop', order.trailBy, 'a trailing distance'],
    [order.orderClass === 'bracket', order.stopLoss ?? order.takeProfit, 'a stop loss or a take profit'],
    [order.orderClass === 'oco', order.stopLoss, 'a stop loss'],
    [order.orderClass === 'oco', order.takeProfit ?? order.limitPrice, 'a take profit'],
  ];
  const missing = needs.find(([applies, value]) => applies && value === undefined);
  if (missing) return `a ${order.type.replace('_', ' ')} ${order.orderClass} order needs ${missing[2]}.`;
  const prices = [order.limitPrice, order.stopPrice, order.trailBy, order.stopLoss, order.takeProfit];
  return prices.some((each) => each !== undefined && each <= 0n) ? 'one of its prices is not positive.' : undefined;
}
