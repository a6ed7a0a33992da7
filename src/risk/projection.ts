import type { Account } from '../domain/account.ts';
import { amountOf, type Money, type Price, type Quantity, type Rate, subtract } from '../domain/decimal.ts';
import type { Market } from '../domain/market.ts';
import { type Fill, type Order, type OrderIntent, sideSign } from '../domain/order.ts';
import { applyFill } from '../portfolio/account.ts';
import { referencePrice } from '../portfolio/sizing.ts';

/** An account as if something had filled, and which symbols could not be priced for that. */
export interface Projection {
  account: Account;
  unpriced: string[];
}

/**
 * Reckons with the worst: every working order that would add to a position counts as filled, orders whose fate is
 * unknown first of all. One that would reduce counts as not filled. For holdings, exposure, heat and margin; never for
 * equity, since an order below the market would count as a profit that nobody made.
 */
export function withWorkingOrders(account: Account, market: Market): Projection {
  const unpriced: string[] = [];
  let projected = account;
  for (const order of account.openOrders) {
    if (order.role !== 'entry' || order.reduceOnly) continue;
    const remaining = subtract(order.quantity, order.filledQuantity);
    if (remaining <= 0n || !adds(projected, order.symbol, order.side, remaining)) continue;
    const quoted = market.instruments[order.symbol];
    const price = order.limitPrice ?? order.stopPrice ?? (quoted && referencePrice(quoted, order.side));
    if (!quoted || price === undefined) unpriced.push(order.symbol);
    else projected = fillAt(projected, order, remaining, price, amountOf<Rate>(quoted.rate));
  }
  return { account: projected, unpriced };
}

/** The account as if an approved intent had filled at its reference price. Later intents are judged against it. */
export function asIfFilled(account: Account, intent: OrderIntent, index: number): Account {
  const order = {
    ...intent,
    clientOrderId: `approved-${index}`,
    role: 'entry',
    filledQuantity: 0n,
  } as unknown as Order;
  const listed = { ...account, openOrders: [...account.openOrders, order] };
  return fillAt(listed, order, intent.quantity, intent.referencePrice, intent.rate);
}

/** What it would hold. Trades that were closed stay as they are: a fill that has not happened ends no losing streak. */
const fillAt = (account: Account, order: Order, quantity: Quantity, price: Price, rate: Rate): Account => ({
  ...applyFill(account, {
    id: `projected-${order.clientOrderId}`,
    clientOrderId: order.clientOrderId,
    symbol: order.symbol,
    side: order.side,
    quantity,
    price,
    rate,
    fee: 0n as Money,
    slippage: 0n as Price,
    eventTime: account.openedAt,
    receiveTime: account.openedAt,
  } satisfies Fill),
  recentTrades: account.recentTrades,
});

/** Whether filling it leaves a larger holding than before, on either side. */
function adds(account: Account, symbol: string, side: Order['side'], quantity: Quantity): boolean {
  const held = account.positions.find((position) => position.symbol === symbol);
  const before = held ? (held.side === 'long' ? held.quantity : -held.quantity) : 0n;
  const after = before + sideSign[side] * quantity;
  return (after < 0n ? -after : after) > (before < 0n ? -before : before);
}
