import type { Valuation } from '../api/deps.ts';
import type { Account, Position } from '../domain/account.ts';
import { amountOf, convert, type Money, notional, type Price, type Rate } from '../domain/decimal.ts';
import { midPrice, type Quote } from '../domain/quote.ts';
import { isMarkOf, unrealised, valueAccount } from '../portfolio/marks.ts';
import type { MarketData } from '../ports/market-data.ts';
import { conversionRate } from './rates.ts';

/** The account at the market's newest prices. A position without one counts at what it cost, and a notice says so. */
export async function valueNow(account: Account, marketData: MarketData): Promise<Valuation> {
  const marks: Record<string, { price: number; rate: number }> = {};
  const quotes = new Map<string, Quote>();
  const notices: string[] = [];
  for (const position of account.positions) {
    const { symbol } = position;
    try {
      const instrument = marketData.resolve(symbol);
      const quote = await marketData.quote(symbol);
      if (!isMarkOf({ simulated: Boolean(quote.simulated) }, position)) {
        notices.push(`${symbol} counts at what it cost: ${otherKind(position)}`);
        continue;
      }
      const rate = await conversionRate(marketData, instrument.quote, account.currency);
      quotes.set(symbol, quote);
      marks[symbol] = { price: midPrice(quote), rate };
    } catch (failure) {
      notices.push(`${symbol} counts at what it cost: ${failure instanceof Error ? failure.message : failure}`);
    }
  }
  const { equity } = valueAccount(account, marks);
  return {
    account,
    equity,
    positions: account.positions.map((position) => {
      const { symbol } = position;
      const mark = marks[symbol];
      const quote = quotes.get(symbol) ?? null;
      return {
        symbol,
        quote,
        mark: quote ? midPrice(quote) : null,
        value: mark ? worth(position, mark) : null,
        unrealised: mark ? unrealised(position, mark) : null,
      };
    }),
    notices,
  };
}

/** Why a position has no price although its symbol has one, and what to do. */
export const otherKind = ({ symbol, simulated }: Position): string =>
  simulated
    ? `${symbol} was bought or sold at simulated prices, which real ones do not mark. To close it, start with OFFLINE=1.`
    : `${symbol} was bought or sold at real prices, and only simulated ones come now. It waits for a real price.`;

/** Notional at the mark in the account's currency, negative when short. */
function worth({ side, quantity }: Position, { price, rate }: { price: number; rate: number }): Money {
  const size = convert(notional(amountOf<Price>(price), quantity), amountOf<Rate>(rate));
  return (side === 'long' ? size : -size) as Money;
}
