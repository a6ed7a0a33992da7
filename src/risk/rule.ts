import type { Account, Position } from '../domain/account.ts';
import type { Money, Quantity } from '../domain/decimal.ts';
import type { InstrumentMarket, Market } from '../domain/market.ts';
import type { Check, Order, OrderIntent, RiskCode } from '../domain/order.ts';
import type { Exposure } from '../portfolio/exposure.ts';
import type { RiskLimits } from './policy.ts';

/** One order before the rules. Everything that several rules need is worked out once. */
export interface RiskQuestion {
  order: OrderIntent;
  /** As if every open and unknown order that adds risk, and every order approved before this one, had filled. */
  account: Account;
  market: Market;
  quoted: InstrumentMarket;
  limits: RiskLimits;
  /** 1 for a buy, -1 for a sell. */
  sign: 1n | -1n;
  /** Holding of the symbol in `account`. */
  held: Position | undefined;
  /** Worth of that holding, signed. */
  heldNotional: Money;
  /** Worth of the order at its reference price, positive. */
  orderNotional: Money;
  /** What the order loses from its reference price to its stop; all of it without a stop. */
  orderRisk: Money;
  equity: Money;
  exposure: Exposure;
  heat: Money;
  marginUsed: Money;
  /** Orders that the broker may hold, and those approved before this one. Legs of a bracket are not among them. */
  working: readonly Pick<Order, 'symbol' | 'side'>[];
  /** What may still be closed on the other side: held, less what open orders close already. */
  reducible: Quantity;
  /** The order only makes a position smaller. */
  reducing: boolean;
  /** Symbols that are held or on order and have no price. */
  unpriced: readonly string[];
}

/** What a rule found. Amounts are text already. */
export type Finding = Omit<Check, 'code'> & {
  /** What would pass, in words; absent where the user can change nothing. */
  passesIf?: string;
};

export interface RiskRule {
  code: RiskCode;
  /** Rules against taking on risk do not hold back an order that takes risk off. */
  reducing: 'judged' | 'exempt';
  judge(question: RiskQuestion): Finding;
  /** Largest quantity that passes, all else equal; absent where quantity is not the point. May be negative. */
  room?(question: RiskQuestion): Quantity;
}
