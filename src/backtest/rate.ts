import { AppError } from '../domain/errors.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Timestamp } from '../domain/time.ts';

/** Quote currency to the account's, from the price itself where the pair holds the account's currency. */
export function rateOf(
  { symbol, base, quote }: Pick<Instrument, 'symbol' | 'base' | 'quote'>,
  currency: string,
  given: ((at: Timestamp) => number) | undefined,
): (price: number, at: Timestamp) => number {
  if (given) return (_price, at) => given(at);
  // A stablecoin's dollar is taken for a dollar, as on the desk.
  if (quote === currency || (currency === 'USD' && (quote === 'USDT' || quote === 'USDC'))) return () => 1;
  if (base === currency) return (price) => 1 / price;
  throw new AppError('invalid_input', `The rate from ${quote} to ${currency} is needed to backtest ${symbol}.`, {
    hint: `Backtest with currency ${quote}, or give a rate.`,
  });
}
