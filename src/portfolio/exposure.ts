import type { Account, Position } from '../domain/account.ts';
import {
  amountOf,
  convert,
  type Money,
  notional,
  type Price,
  type Quantity,
  type Rate,
  sum,
} from '../domain/decimal.ts';
import { type Instrument, isCurrencyPair } from '../domain/instrument.ts';
import type { InstrumentMarket, Market } from '../domain/market.ts';
import { midPrice } from '../domain/quote.ts';

/** What one holding is worth in the account's currency, positive for either side. */
export function holdingNotional(position: Position, market: InstrumentMarket | undefined): Money {
  // Without a price a holding still counts, at what it cost.
  if (!market) return sum(position.lots.map((lot) => convert(notional(lot.price, lot.quantity), lot.rate)));
  return convert(notional(amountOf<Price>(midPrice(market)), position.quantity), amountOf<Rate>(market.rate));
}

const twoSided: ReadonlySet<Instrument['assetClass']> = new Set(['metal', 'crypto']);

/**
 * The currencies that a holding is a bet on, with their signs: long EURUSD is long EUR and short USD. A share is no bet
 * on the currency that it is quoted in, because it is financed in that currency.
 */
export const currencyLegs = (instrument: Instrument): { currency: string; sign: 1n | -1n }[] =>
  twoSided.has(instrument.assetClass) || isCurrencyPair(instrument)
    ? [
        { currency: instrument.base, sign: 1n },
        { currency: instrument.quote, sign: -1n },
      ]
    : [];

export interface Exposure {
  /** Sum of notionals, both sides positive. */
  gross: Money;
  /** Long less short. */
  net: Money;
  /** Net bet per currency, in the account's currency. */
  byCurrency: Record<string, Money>;
  bySymbol: Record<string, Money>;
}

/** Notional held, gross, net, per currency and per symbol (signed), at mid prices. */
export function exposure(account: Pick<Account, 'positions'>, market: Market): Exposure {
  let gross = 0n;
  let net = 0n;
  const byCurrency: Record<string, Money> = {};
  const bySymbol: Record<string, Money> = {};
  for (const position of account.positions) {
    const quoted = market.instruments[position.symbol];
    const size = holdingNotional(position, quoted);
    const signed = (position.side === 'long' ? size : -size) as Money;
    gross += size;
    net += signed;
    bySymbol[position.symbol] = signed;
    for (const { currency, sign } of quoted ? currencyLegs(quoted.instrument) : []) {
      byCurrency[currency] = ((byCurrency[currency] ?? 0n) + sign * signed) as Money;
    }
  }
  return { gross: gross as Money, net: net as Money, byCurrency, bySymbol };
}

/** Margin that the holdings need: notional × the instrument's margin rate; all of it where the rate is not known. */
export function marginUsed(account: Pick<Account, 'positions'>, market: Market): Money {
  return account.positions.reduce((total, position) => {
    const quoted = market.instruments[position.symbol];
    return total + margin(holdingNotional(position, quoted), quoted?.instrument.marginRate ?? 1);
  }, 0n) as Money;
}

export const margin = (amount: Money, marginRate: number): Money =>
  ((amount * amountOf<Rate>(marginRate)) / 1_000_000_000n) as Money;

/** What a position loses from the mark to its stops, lot by lot. Without a stop, all of its notional. Never negative. */
export function positionHeat(position: Position, market: InstrumentMarket | undefined): Money {
  const { side, stopLoss: nearest, quantity, lots } = position;
  if (nearest === undefined || !market) return holdingNotional(position, market);
  const mark = amountOf<Price>(midPrice(market));
  const rate = amountOf<Rate>(market.rate);
  if (lots.every((lot) => lot.stopLoss === undefined)) return stopLoss(side, mark, nearest, quantity, rate);
  return sum(lots.map((lot) => stopLoss(side, mark, lot.stopLoss ?? nearest, lot.quantity, rate)));
}

/** What (mark − stop) × quantity costs the holder, at least 0. */
export function stopLoss(side: Position['side'], mark: Price, stop: Price, quantity: Quantity, rate: Rate): Money {
  const distance = (side === 'long' ? mark - stop : stop - mark) as Price;
  return distance <= 0n ? (0n as Money) : convert(notional(distance, quantity), rate);
}

/** Sum of what the stops can lose from here. */
export const heat = (account: Pick<Account, 'positions'>, market: Market): Money =>
  sum(account.positions.map((position) => positionHeat(position, market.instruments[position.symbol])));
