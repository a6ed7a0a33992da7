import { amountOf, type Price, type Quantity, quantity } from '../domain/decimal.ts';
import type { Order } from '../domain/order.ts';

/** Wednesday 2025-06-18 14:00 UTC, when every market is open. */
export const orderTime = Date.UTC(2025, 5, 18, 14);

let made = 0;

/** A market order for 10,000 EURUSD, changed by what the test is about. Prices may be given as numbers. */
export function anOrder(
  changes: Partial<Omit<Order, 'quantity' | 'limitPrice' | 'stopPrice' | 'trailBy' | 'stopLoss' | 'takeProfit'>> & {
    quantity?: string;
    limitPrice?: number;
    stopPrice?: number;
    trailBy?: number;
    stopLoss?: number;
    takeProfit?: number;
  } = {},
): Order {
  made += 1;
  const { quantity: size = '10000', limitPrice, stopPrice, trailBy, stopLoss, takeProfit, ...rest } = changes;
  const prices = { limitPrice, stopPrice, trailBy, stopLoss, takeProfit };
  const exact = Object.entries(prices).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, amountOf<Price>(value)]],
  );
  return {
    clientOrderId: `cl-test-${made}`,
    account: 'main',
    symbol: 'EURUSD',
    side: 'buy',
    type: 'market',
    orderClass: 'simple',
    timeInForce: 'gtc',
    quantity: quantity(size),
    filledQuantity: 0n as Quantity,
    reduceOnly: false,
    status: 'pending',
    role: 'entry',
    origin: 'user',
    createdAt: orderTime,
    updatedAt: orderTime,
    ...Object.fromEntries(exact),
    ...rest,
  };
}
