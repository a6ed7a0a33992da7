import type { Account } from '../domain/account.ts';
import { amountOf, convert, type Money, notional, type Price, type Rate } from '../domain/decimal.ts';
import type { Quote } from '../domain/quote.ts';
import { type Marks, unrealised, valueAccount } from '../portfolio/marks.ts';

/** An account at its marks: what it would be worth if everything closed now, before costs. */
export interface Valuation {
  account: Account;
  equity: Money;
  positions: ValuedPosition[];
  notices: string[];
}
export interface ValuedPosition {
  symbol: string;
  /** Null where no quote is known; the position then counts at what it cost, and a notice says so. */
  quote: Quote | null;
  /** The price that it would close at: bid for a long, ask for a short. */
  mark: number | null;
  value: Money | null;
  unrealised: Money | null;
}

/** Where prices come from, and the rate from an instrument's quote currency to the account's. */
export interface Valuer {
  quote: (symbol: string) => Promise<Quote>;
  rate: (symbol: string) => Promise<number>;
}

/** Marks every position with its own quote. A position without one does not hide the others: it is named instead. */
export async function valuationOf(account: Account, { quote, rate }: Valuer): Promise<Valuation> {
  const marks: Marks = {};
  const positions = await Promise.all(
    account.positions.map(async (position): Promise<ValuedPosition> => {
      const { symbol, side, quantity } = position;
      const known = await Promise.all([quote(symbol), rate(symbol)]).catch(() => undefined);
      if (!known) return { symbol, quote: null, mark: null, value: null, unrealised: null };
      const [quoted, at] = known;
      const price = side === 'long' ? quoted.bid : quoted.ask;
      const mark = { price, rate: at };
      marks[symbol] = mark;
      return {
        symbol,
        quote: quoted,
        mark: price,
        value: convert(notional(amountOf<Price>(price), quantity), amountOf<Rate>(at)),
        unrealised: unrealised(position, mark),
      };
    }),
  );
  const { equity, unmarked } = valueAccount(account, marks);
  const notices = unmarked.map((symbol) => `No price is known for ${symbol}; it counts at what it cost.`);
  return { account, equity, positions, notices };
}
