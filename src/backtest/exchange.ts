import {
  absolute,
  amountOf,
  least,
  type Quantity,
  type Rate,
  roundToStep,
  subtract,
  toNumber,
} from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import type { Instrument } from '../domain/instrument.ts';
import { type Fill, type Order, sideSign } from '../domain/order.ts';
import { DAY, type Timestamp } from '../domain/time.ts';
import type { BrokerEvent } from '../ports/broker.ts';
import type { Exchange, ExchangeState } from '../ports/exchange.ts';
import { type Costs, commissionOf, hasRealVolume } from './costs.ts';
import { legId, legOf, ocoTarget, refusal } from './legs.ts';
import {
  emptyTape,
  fillPrice,
  type Held,
  isQuiet,
  match,
  quoteTape,
  setBarTape,
  type Tape,
  type Touch,
} from './matching.ts';
import { createOrderBook } from './order-book.ts';

export interface ExchangeOptions {
  instrument: (symbol: string) => Instrument;
  /** Quote currency of a symbol to the account's, now. */
  rate: (symbol: string) => Rate;
  costs: Costs;
  /** What an earlier exchange remembered. */
  state?: ExchangeState;
}

const nothing: readonly BrokerEvent[] = [];
/** Trading days are UTC days here; sessions of a venue are the calendar's matter. */
const dayOf = (time: Timestamp) => Math.floor(time / DAY);
const remaining = (order: Order) => subtract(order.quantity, order.filledQuantity);

/** What one bar or quote brings: when its fills count and are learned, and the volume that is left to take. */
interface Turn {
  openTime: Timestamp;
  closeTime: Timestamp;
  receivedAt: Timestamp;
  /** In units; infinite where volume is not real. */
  volume: number;
  events: BrokerEvent[];
  /** Ids of orders that came to life inside this bar, not at its open. */
  born: Set<string>;
}

/**
 * A simulated exchange. Bracket and OTO legs come to life with the entry's first fill and grow with it; OCO legs, like
 * the two legs of a bracket, cancel each other; a reduce-only order never turns a position around and is cancelled
 * once there is nothing left to reduce.
 */
export function createExchange({ instrument, rate, costs, state }: ExchangeOptions): Exchange {
  const book = createOrderBook(state);
  const positions = new Map<string, bigint>(Object.entries(state?.positions ?? {}));
  const simulatedPositions = new Set(state?.simulated);
  const fillCounts = new Map<string, number>();
  const tape = emptyTape();
  let fills: Fill[] = [...(state?.fills ?? [])];
  for (const { clientOrderId } of fills) fillCounts.set(clientOrderId, (fillCounts.get(clientOrderId) ?? 0) + 1);

  /** The legs that protect an entry: made with its first fill, then as large as what was filled. */
  function growLegs(entry: Order, atOpen: boolean, at: Timestamp, turn: Turn) {
    for (const role of ['stop', 'target'] as const) {
      if ((role === 'stop' ? entry.stopLoss : entry.takeProfit) === undefined) continue;
      const id = legId(entry, role);
      const held = book.open.get(id);
      if (held?.order.parentId === entry.clientOrderId) {
        held.order.quantity = entry.filledQuantity;
        held.order.updatedAt = at;
        book.report(held.order, at, turn.events, true);
      } else if (!book.knows(id)) {
        book.accept(legOf(entry, role, at), at, turn.events, true);
        if (!atOpen) turn.born.add(id);
      }
    }
  }

  /** How much of an order may fill now; null ends it. */
  function fillable(order: Order, turn: Turn): Quantity | null {
    let size = remaining(order);
    if (order.reduceOnly) {
      const before = positions.get(order.symbol) ?? 0n;
      if (before * sideSign[order.side] >= 0n) return null;
      size = least(size, absolute(before as Quantity));
    }
    if (turn.volume >= toNumber(size)) return size;
    if (order.timeInForce === 'fok') return 0n as Quantity;
    return roundToStep(amountOf<Quantity>(turn.volume), instrument(order.symbol).lot, 'down');
  }

  function take(held: Held, touch: Touch, turn: Turn) {
    const { order } = held;
    const { clientOrderId, symbol, side } = order;
    const at = touch.atOpen ? turn.openTime : turn.closeTime;
    const size = fillable(order, turn);
    if (size === null) return book.finish(order, 'cancelled', at, turn.events, 'nothing_to_reduce');
    if (size === 0n) return;
    turn.volume -= toNumber(size);
    const traded = instrument(symbol);
    const { price, slippage } = fillPrice(order, touch, traded);
    const toAccount = rate(symbol);
    const count = (fillCounts.get(clientOrderId) ?? 0) + 1;
    const fill: Fill = {
      id: `${clientOrderId}.${count}`,
      clientOrderId,
      symbol,
      side,
      quantity: size,
      price,
      rate: toAccount,
      fee: commissionOf(costs, traded, price, size, toAccount),
      slippage,
      ...(order.simulated ? { simulated: true as const } : {}),
      eventTime: at,
      receiveTime: turn.receivedAt,
    };
    fills.push(fill);
    fillCounts.set(clientOrderId, count);
    const net = (positions.get(symbol) ?? 0n) + sideSign[side] * size;
    positions.set(symbol, net);
    if (net !== 0n && order.simulated) simulatedPositions.add(symbol);
    else simulatedPositions.delete(symbol);
    order.filledQuantity = (order.filledQuantity + size) as Quantity;
    turn.events.push({ kind: 'fill', fill });
    afterFill(order, touch.atOpen, at, turn);
  }

  function afterFill(order: Order, atOpen: boolean, at: Timestamp, turn: Turn) {
    if (remaining(order) === 0n) book.finish(order, 'filled', at, turn.events);
    else {
      order.status = 'partially_filled';
      order.updatedAt = at;
      book.report(order, at, turn.events);
    }
    if (order.role === 'entry') growLegs(order, atOpen, at, turn);
    else {
      // A protective leg that trades ends the rest of its entry, and its sibling once it is done.
      const entry = order.parentId === undefined ? undefined : book.open.get(order.parentId);
      if (entry?.order.role === 'entry') book.finish(entry.order, 'cancelled', at, turn.events, 'exit_filled');
      if (order.status === 'filled') {
        for (const { order: other } of book.siblings(order)) book.finish(other, 'cancelled', at, turn.events, 'oco');
      }
    }
    // Reduce-only orders with nothing to reduce would lie in wait for a position that is not theirs.
    const net = positions.get(order.symbol)!;
    for (const { order: other } of [...book.shelf(order.symbol)]) {
      const useless = other.reduceOnly && net * sideSign[other.side] >= 0n;
      if (useless) book.finish(other, 'cancelled', at, turn.events, 'nothing_to_reduce');
    }
  }

  const takeIfOpen = (held: Held, touch: Touch, turn: Turn) => {
    if (book.open.has(held.order.clientOrderId)) take(held, touch, turn);
  };

  /**
   * Everything on one symbol's shelf meets the tape once: first what fills at the first print, then stops, then the
   * rest, which is the worse order of what cannot be known.
   */
  function meet(
    shelf: Held[],
    met: Tape,
    when: Omit<Turn, 'events' | 'born'>,
    simulated?: boolean,
  ): readonly BrokerEvent[] {
    // Prices of a market that exists nowhere say nothing about an order for a real one, nor the other way round.
    const foreign = ({ order }: Held) => simulated !== undefined && simulated !== Boolean(order.simulated);
    if (shelf.every((held) => foreign(held) || (held.order.timeInForce === 'gtc' && isQuiet(held, met))))
      return nothing;
    const { openTime } = when;
    const overdue = ({ order }: Held) => order.timeInForce === 'day' && dayOf(order.createdAt) < dayOf(openTime);
    const touches: { held: Held; touch: Touch }[] = [];
    let passing = false;
    for (const held of shelf) {
      if (held.order.timeInForce !== 'gtc') passing = true;
      const touch = overdue(held) || foreign(held) ? null : match(held, met);
      if (touch) touches.push({ held, touch });
    }
    if (touches.length === 0 && !passing) return nothing;
    const turn: Turn = { ...when, events: [], born: new Set() };
    const before = [...shelf];
    for (const held of before.filter(overdue)) {
      book.finish(held.order, 'expired', openTime, turn.events, 'day_over');
    }
    for (const { held, touch } of touches) if (touch.atOpen) takeIfOpen(held, touch, turn);
    // Legs born at the open meet the rest of this very bar.
    const later = touches.filter(({ touch }) => !touch.atOpen);
    for (const held of [...shelf]) {
      const touch = before.includes(held) || foreign(held) ? null : match(held, met);
      if (touch) later.push({ held, touch });
    }
    later.sort((a, b) => Number(b.held.order.role === 'stop') - Number(a.held.order.role === 'stop'));
    for (const { held, touch } of later) takeIfOpen(held, touch, turn);
    // Entries that filled inside the bar left stops that may have been reached after them.
    for (const id of turn.born) {
      const held = book.open.get(id);
      const touch = held && match(held, met, true);
      if (held && touch) take(held, touch, turn);
    }
    for (const held of [...shelf]) {
      const { order } = held;
      const { timeInForce } = order;
      if (foreign(held)) continue;
      if (timeInForce === 'ioc' || timeInForce === 'fok') {
        book.finish(order, 'cancelled', openTime, turn.events, `${timeInForce}_unfilled`);
      }
    }
    return turn.events;
  }

  /** A position is made larger, smaller and closed by the kind of prices that made it. */
  function sameKind({ symbol, simulated }: Order) {
    const made = simulatedPositions.has(symbol);
    if (made === Boolean(simulated)) return;
    const [held, asked] = made ? ['simulated', 'real'] : ['real', 'simulated'];
    throw new AppError('broker_rejected', `The position in ${symbol} was made at ${held} prices; these are ${asked}.`, {
      hint: made ? 'Start with OFFLINE=1 to close it in the simulated market.' : 'Wait until a real price arrives.',
    });
  }

  return {
    submit(order, at) {
      const events: BrokerEvent[] = [];
      if (book.knows(order.clientOrderId)) return events;
      const reason = refusal(order, instrument(order.symbol).lot);
      if (reason) throw new AppError('broker_rejected', `The paper broker refused the order: ${reason}`);
      if ((positions.get(order.symbol) ?? 0n) !== 0n) sameKind(order);
      if (order.orderClass === 'oco') {
        book.accept(ocoTarget(order), at, events, true);
        book.accept(legOf(order, 'stop', at), at, events, true);
      } else book.accept(order, at, events, false);
      return events;
    },
    cancel(clientOrderId, at) {
      const events: BrokerEvent[] = [];
      const order = book.open.get(clientOrderId)?.order;
      if (!order) {
        if (book.closed.has(clientOrderId)) return events;
        throw new AppError('not_found', `The broker knows no order ${clientOrderId}.`);
      }
      // An OCO order stands for its stop, too; a leg of a bracket only for itself.
      const pair = order.role === 'target' && order.parentId === undefined ? book.siblings(order) : [];
      book.finish(order, 'cancelled', at, events, 'requested');
      for (const held of pair) book.finish(held.order, 'cancelled', at, events, 'requested');
      return events;
    },
    onBar(symbol, bar, receivedAt = bar.closeTime, simulated = undefined) {
      const shelf = book.shelf(symbol);
      if (shelf.length === 0) return nothing;
      const traded = instrument(symbol);
      setBarTape(tape, bar, traded, costs);
      const real = hasRealVolume[traded.assetClass] && bar.volume > 0;
      const volume = real ? bar.volume * costs.volumeShare : Number.POSITIVE_INFINITY;
      return meet(shelf, tape, { openTime: bar.openTime, closeTime: bar.closeTime, receivedAt, volume }, simulated);
    },
    onQuote(quote, receivedAt = quote.receiveTime) {
      const shelf = book.shelf(quote.symbol);
      if (shelf.length === 0) return nothing;
      const { eventTime } = quote;
      const volume = Number.POSITIVE_INFINITY;
      const when = { openTime: eventTime, closeTime: eventTime, receivedAt, volume };
      return meet(shelf, quoteTape(quote, costs), when, Boolean(quote.simulated));
    },
    rests: (symbol) => book.shelf(symbol).length > 0,
    order(clientOrderId) {
      const order = book.open.get(clientOrderId)?.order ?? book.closed.get(clientOrderId);
      return order ? { ...order } : undefined;
    },
    openOrders: () => [...book.open.values()].map((held) => ({ ...held.order })),
    fills: () => fills,
    state: () => ({
      ...book.notes(),
      fills: [...fills],
      positions: Object.fromEntries([...positions].filter(([, net]) => net !== 0n)),
      ...(simulatedPositions.size > 0 ? { simulated: [...simulatedPositions] } : {}),
    }),
    trim(keep, batch) {
      const orders = book.closed.size >= keep + batch ? book.forget(keep) : [];
      if (orders.length === 0) return { orders, fills: [] };
      const ids = new Set(orders.map((order) => order.clientOrderId));
      for (const id of ids) fillCounts.delete(id);
      const gone = fills.filter((fill) => ids.has(fill.clientOrderId));
      fills = fills.filter((fill) => !ids.has(fill.clientOrderId));
      return { orders, fills: gone };
    },
  };
}
