import type { ClosedTrade, Lot, Position } from '../domain/account.ts';
import {
  convert,
  divideRounded,
  type Money,
  type Notional,
  notional,
  type Price,
  type Quantity,
  type Rate,
  subtract,
  sum,
} from '../domain/decimal.ts';
import type { Fill } from '../domain/order.ts';

/** What a lot was worth in the account's currency when it was opened. */
export const lotCost = (lot: Pick<Lot, 'quantity' | 'price' | 'rate'>): Money =>
  convert(notional(lot.price, lot.quantity), lot.rate);

/** Positive for a long position, negative for a short one. */
export const positionCost = (position: Position): Money => {
  const size = sum(position.lots.map(lotCost));
  return (position.side === 'long' ? size : -size) as Money;
};

/** What (exit − entry) × quantity makes for the holder, in the account's currency at `rate`. */
export const profitOf = (side: Position['side'], quantity: Quantity, entry: Price, exit: Price, rate: Rate): Money => {
  const move = side === 'long' ? exit - entry : entry - exit;
  return convert(notional(move as Price, quantity) as Notional, rate);
};

export const averagePrice = (lots: readonly Lot[]): Price => {
  const quantity = sum(lots.map((lot) => lot.quantity));
  const weighted = lots.reduce((total, lot) => total + lot.price * lot.quantity, 0n);
  return divideRounded(weighted, quantity) as Price;
};

export interface FillOutcome {
  /** Absent once flat. */
  position?: Position;
  realised: Money;
  /** Change of the cost basis, signed as `positionCost` is; cash changes by realised less this. */
  costChange: Money;
  closed?: ClosedTrade;
}

/**
 * One fill against what is held: adds a lot, takes lots first in first out, or does both when the side flips. The cost
 * basis released is the difference of costs before and after, so that no billionth is lost to rounding.
 */
export function fillPosition(held: Position | undefined, fill: Fill, decisionId?: string): FillOutcome {
  const side = fill.side === 'buy' ? 'long' : 'short';
  const before = held ? positionCost(held) : (0n as Money);
  if (!held || held.side === side) {
    const lots = [...(held?.lots ?? []), lotOf(fill, fill.quantity)];
    const position: Position = held
      ? { ...held, quantity: (held.quantity + fill.quantity) as Quantity, lots, averagePrice: averagePrice(lots) }
      : {
          symbol: fill.symbol,
          side,
          quantity: fill.quantity,
          averagePrice: fill.price,
          lots,
          realised: 0n as Money,
          openedAt: fill.eventTime,
          ...kindOf(fill),
        };
    return { position, realised: 0n as Money, costChange: subtract(positionCost(position), before) };
  }

  const { rest, realised, taken, entry } = takeLots(held, fill);
  const closed: ClosedTrade = {
    symbol: held.symbol,
    side: held.side,
    quantity: taken,
    entryPrice: entry,
    exitPrice: fill.price,
    profit: realised,
    openedAt: held.openedAt,
    closedAt: fill.eventTime,
    ...(decisionId === undefined ? {} : { decisionId }),
  };
  const beyond = subtract(fill.quantity, taken);
  const position: Position | undefined =
    rest.length > 0
      ? {
          ...held,
          quantity: subtract(held.quantity, taken),
          lots: rest,
          averagePrice: averagePrice(rest),
          realised: (held.realised + realised) as Money,
        }
      : beyond > 0n
        ? {
            symbol: fill.symbol,
            side,
            quantity: beyond,
            averagePrice: fill.price,
            lots: [lotOf(fill, beyond)],
            realised: 0n as Money,
            openedAt: fill.eventTime,
            ...kindOf(fill),
          }
        : undefined;
  const after = position ? positionCost(position) : (0n as Money);
  return { ...(position ? { position } : {}), realised, costChange: subtract(after, before), closed };
}

const kindOf = ({ simulated }: Fill) => (simulated ? { simulated } : {});

const lotOf = (fill: Fill, quantity: Quantity): Lot => ({
  quantity,
  price: fill.price,
  rate: fill.rate,
  openedAt: fill.eventTime,
  fillId: fill.id,
});

function takeLots(held: Position, fill: Fill) {
  let left: bigint = fill.quantity;
  let realised = 0n;
  let weighted = 0n;
  const rest: Lot[] = [];
  for (const lot of held.lots) {
    const part = (left < lot.quantity ? left : lot.quantity) as Quantity;
    if (part > 0n) {
      realised += profitOf(held.side, part, lot.price, fill.price, fill.rate);
      weighted += lot.price * part;
      left -= part;
    }
    if (part < lot.quantity) rest.push({ ...lot, quantity: subtract(lot.quantity, part) });
  }
  const taken = (fill.quantity - left) as Quantity;
  return { rest, realised: realised as Money, taken, entry: divideRounded(weighted, taken) as Price };
}
