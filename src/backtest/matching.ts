import { amountOf, type Price, roundToStep, subtract, toNumber } from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import { type Order, sideSign } from '../domain/order.ts';
import type { Quote } from '../domain/quote.ts';
import type { BarPrices, Resting } from '../ports/exchange.ts';
import type { Costs } from './costs.ts';

/** What an order meets: a bar of mid prices, or a quote as a bar without height. `half` is half the spread. */
export interface Tape {
  open: number;
  high: number;
  low: number;
  close: number;
  half: number;
  /** What market and stop orders lose on top of the spread, in price. */
  slip: number;
}

/** Where an order filled. The reference is what it would have paid without slippage. */
export interface Touch {
  price: number;
  reference: number;
  /** At the first print, hence before anything else in the bar. */
  atOpen: boolean;
}

/** An order on the book with its prices as numbers, signed for its side, so that a bar costs no conversions. */
export interface Held extends Resting {
  limit: number;
  stop: number;
  trail: number;
}

export function hold(resting: Resting): Held {
  const { order } = resting;
  const sign = order.side === 'buy' ? 1 : -1;
  const level = (amount: Price | undefined) => (amount === undefined ? Number.NaN : sign * toNumber(amount));
  const trail = order.trailBy === undefined ? Number.NaN : toNumber(order.trailBy);
  return { ...resting, limit: level(order.limitPrice), stop: level(order.stopPrice), trail };
}

/** Half of the least amount: prices that differ by float noise alone are equal. */
const NOISE = 5e-10;

export const emptyTape = (): Tape => ({ open: 0, high: 0, low: 0, close: 0, half: 0, slip: 0 });

export const barTape = (bar: BarPrices, instrument: Instrument, costs: Costs): Tape =>
  setBarTape(emptyTape(), bar, instrument, costs);

/** The same into a tape that is used again: a backtest makes one per run. */
export function setBarTape(tape: Tape, bar: BarPrices, instrument: Instrument, costs: Costs): Tape {
  const spread = instrument.typicalSpread * costs.spread;
  tape.open = bar.open;
  tape.high = bar.high;
  tape.low = bar.low;
  tape.close = bar.close;
  tape.half = spread / 2;
  tape.slip = spread * costs.slippageOfSpread + (bar.high - bar.low) * costs.slippageOfRange;
  return tape;
}

export function quoteTape(quote: Pick<Quote, 'bid' | 'ask'>, costs: Costs): Tape {
  const mid = (quote.bid + quote.ask) / 2;
  const spread = quote.ask - quote.bid;
  return { open: mid, high: mid, low: mid, close: mid, half: spread / 2, slip: spread * costs.slippageOfSpread };
}

/**
 * Matches one order against a tape, or returns null and remembers in `held` what the tape taught it (a trailing
 * stop's extreme, a stop-limit's trigger).
 *
 * Sells are mirrored (prices negated), so that every rule is written once, for a buy: `open` is the ask at the first
 * print, `worst` its highest and `best` its lowest. Where the path inside the bar matters and is not known, the
 * outcome that is worse for the order counts; a gap through a stop fills at the open. `inside` says that the order
 * came to life inside this very bar: prints before that are not its own.
 */
export function match(held: Held, tape: Tape, inside = false): Touch | null {
  const { order } = held;
  const sign = order.side === 'buy' ? 1 : -1;
  const open = sign * tape.open + tape.half;
  const close = sign * tape.close + tape.half;
  const worst = (sign > 0 ? tape.high : -tape.low) + tape.half;
  const best = (sign > 0 ? tape.low : -tape.high) + tape.half;
  const at = (price: number, reference: number, atOpen: boolean): Touch => ({
    price: sign * price,
    reference: sign * reference,
    atOpen,
  });

  const asLimit = (limit: number): Touch | null => {
    // An order born inside the bar may have been born after the best print.
    if (inside) return null;
    if (open <= limit + NOISE) return at(Math.min(open, limit), open, true);
    return best <= limit + NOISE ? at(limit, limit, false) : null;
  };
  const asStop = (stop: number): Touch | null => {
    if (inside) {
      const reached = close >= stop - NOISE || (open < stop - NOISE && worst >= stop - NOISE);
      return reached ? at(stop + tape.slip, stop, false) : null;
    }
    if (open >= stop - NOISE) return at(open + tape.slip, stop, true);
    return worst >= stop - NOISE ? at(stop + tape.slip, stop, false) : null;
  };

  switch (order.type) {
    case 'market':
      return at(open + tape.slip, open, true);
    case 'limit':
      return asLimit(held.limit);
    case 'stop':
      return asStop(held.stop);
    case 'stop_limit': {
      const { limit } = held;
      if (held.triggered) return asLimit(limit);
      const reached = asStop(held.stop);
      if (!reached) return null;
      held.triggered = true;
      if (reached.atOpen) return asLimit(limit);
      const price = Math.min(sign * reached.price, limit);
      return sign * reached.reference <= limit + NOISE ? at(price, sign * reached.reference, false) : null;
    }
    case 'trailing_stop': {
      const distance = held.trail;
      const before = Math.min(held.extreme === undefined ? open : sign * held.extreme, open);
      const reached = asStop(before + distance);
      if (reached) return reached;
      const extreme = inside ? before : Math.min(before, best);
      held.extreme = sign * extreme;
      // The close comes last: beyond the stop of the new extreme, the stop was surely reached.
      if (close >= extreme + distance - NOISE) {
        return at(extreme + distance + tape.slip, extreme + distance, false);
      }
      return null;
    }
  }
}

/** Whether a bar surely passes a resting limit or stop by: what most bars do, and what a long backtest consists of. */
export function isQuiet({ order, limit, stop }: Held, tape: Tape): boolean {
  const buy = order.side === 'buy';
  if (order.type === 'limit') return (buy ? tape.low : -tape.high) + tape.half > limit + NOISE;
  if (order.type === 'stop') return (buy ? tape.high : -tape.low) + tape.half < stop - NOISE;
  return false;
}

export interface MatchedPrice {
  price: Price;
  /** Signed against us: positive cost money. */
  slippage: Price;
}

/** Rounded to the tick against us, but never beyond the order's own limit. */
export function fillPrice(order: Order, touch: Touch, instrument: Instrument): MatchedPrice {
  const { tick } = instrument;
  const rounding = order.side === 'buy' ? 'up' : 'down';
  // A bid that falls to nothing still pays one tick: prices of what is traded are positive.
  const rounded = roundToStep(amountOf<Price>(Math.max(touch.price, 0)), tick, rounding);
  let price = rounded > 0n ? rounded : tick;
  const { limitPrice } = order;
  if (limitPrice !== undefined && (order.type === 'limit' || order.type === 'stop_limit')) {
    if (order.side === 'buy' ? price > limitPrice : price < limitPrice) price = limitPrice;
  }
  const slippage = (subtract(price, amountOf<Price>(touch.reference)) * sideSign[order.side]) as Price;
  return { price, slippage };
}

/** One order against one bar: the contract's door, for those who hold no exchange. */
export const matchBar = (resting: Resting, bar: BarPrices, instrument: Instrument, costs: Costs) =>
  match(hold(resting), barTape(bar, instrument, costs));

export const matchQuote = (resting: Resting, quote: Pick<Quote, 'bid' | 'ask'>, costs: Costs) =>
  match(hold(resting), quoteTape(quote, costs));
