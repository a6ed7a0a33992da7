import type { Account, Position } from '../domain/account.ts';
import { amountOf, type Money, type Price, type Rate, sum } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import type { Market } from '../domain/market.ts';
import { midPrice } from '../domain/quote.ts';
import { positionCost, profitOf } from './lots.ts';

/** Price and quote-to-account rate of a symbol now: observed numbers, or amounts already. */
export interface Mark {
  price: number | Price;
  rate: number | Rate;
  /** The kind of price; a mark without one fits every position. */
  simulated?: boolean;
}
export type Marks = Record<string, Mark>;

const exact = <A extends Price | Rate>(value: number | A): A =>
  typeof value === 'number' ? amountOf<A>(value) : (value as A);

/** Mid prices of a market. */
export const marksOf = (market: Market): Marks =>
  Object.fromEntries(
    Object.entries(market.instruments).map(([symbol, each]) => [
      symbol,
      { price: midPrice(each), rate: each.rate, simulated: each.simulated },
    ]),
  );

/** What the position would gain if it closed at the mark, in the account's currency, before costs. */
export const unrealised = (position: Position, mark: Mark): Money => {
  const price = exact<Price>(mark.price);
  const rate = exact<Rate>(mark.rate);
  return sum(position.lots.map((lot) => profitOf(position.side, lot.quantity, lot.price, price, rate)));
};

/** Simulated prices say nothing about what was bought at real ones, nor the other way round. */
export const isMarkOf = ({ simulated }: Pick<Mark, 'simulated'>, position: Position): boolean =>
  simulated === undefined || simulated === Boolean(position.simulated);

export interface Valued {
  equity: Money;
  unrealised: Money;
  /** Held symbols without a mark; they count at what they cost. */
  unmarked: string[];
}

/** Cash plus positions at their marks. Says which positions had none instead of failing. */
export function valueAccount(account: Account, marks: Marks): Valued {
  const unmarked: string[] = [];
  let equity: bigint = account.cash;
  let gained = 0n;
  for (const position of account.positions) {
    const quoted = marks[position.symbol];
    const mark = quoted && isMarkOf(quoted, position) ? quoted : undefined;
    const gain = mark ? unrealised(position, mark) : (0n as Money);
    if (!mark) unmarked.push(position.symbol);
    equity += positionCost(position) + gain;
    gained += gain;
  }
  return { equity: equity as Money, unrealised: gained as Money, unmarked };
}

/** Cash plus marked positions. Throws `unavailable` when a held symbol has no mark: no price is made up. */
export function equity(account: Account, marks: Marks): Money {
  const valued = valueAccount(account, marks);
  if (valued.unmarked.length > 0) {
    throw new AppError('unavailable', `No price is known for ${valued.unmarked.join(', ')}, which the account holds.`);
  }
  return valued.equity;
}
