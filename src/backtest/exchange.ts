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
import { type Fill, type Order, type OrderStatus, sideSign } from '../domain/order.ts';
import { DAY, type Timestamp } from '../domain/time.ts';
import type { BrokerEvent } from '../ports/broker.ts';
import type { Exchange, ExchangeState } from '../ports/exchange.ts';
import { type Costs, commissionOf, hasRealVolume } from './costs.ts';
import { legGroup, legId, legOf, ocoTarget, refusal } from './legs.ts';
import { fillPrice, type Held, hold, match, quoteTape, setBarTape, type Tape, type Touch } from './matching.ts';

export interface ExchangeOptions {
  instrument: (symbol: string) => Instrument;
  /** Quote currency of a symbol to the account's, now. */
  rate: (symbol: string) => Rate;
  costs: Costs;
  /** What an earlier exchange remembered. */
  state?: ExchangeState;
}

const nothing: readonly BrokerEvent[] = [];
const emptyTape = (): Tape => ({ open: 0, high: 0, low: 0, close: 0, half: 0, slip: 0 });

/** One turn of matching: the tape, when fills count and are learned, and the volume that is left to take. */
interface Turn {
  tape: Tape;
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
  const open = new Map<string, Held>();
  const bySymbol = new Map<string, Held[]>();
  const closed = new Map<string, Order>();
  let fills: Fill[] = [...(state?.fills ?? [])];
  const positions = new Map<string, bigint>(Object.entries(state?.positions ?? {}));
  const tape = emptyTape();
  let sequence = state?.sequence ?? 0;

  for (const order of state?.closed ?? []) closed.set(order.clientOrderId, order);
  for (const resting of state?.resting ?? []) add(hold(structuredClone(resting)));

  function add(held: Held) {
    const { clientOrderId, symbol } = held.order;
    open.set(clientOrderId, held);
    const shelf = bySymbol.get(symbol);
    if (shelf) shelf.push(held);
    else bySymbol.set(symbol, [held]);
  }

  function remove(order: Order) {
    open.delete(order.clientOrderId);
    const shelf = bySymbol.get(order.symbol)!;
    shelf.splice(
      shelf.findIndex((held) => held.order.clientOrderId === order.clientOrderId),
      1,
    );
    closed.set(order.clientOrderId, order);
  }

  function report(order: Order, at: Timestamp, events: BrokerEvent[], whole = false) {
    const { clientOrderId, status, reason, brokerOrderId } = order;
    events.push({
      kind: 'order',
      clientOrderId,
      status,
      ...(reason === undefined ? {} : { reason }),
      brokerOrderId,
      ...(whole ? { order: { ...order } } : {}),
      eventTime: at,
    });
  }

  function accept(order: Order, at: Timestamp, events: BrokerEvent[], whole: boolean): Held {
    sequence += 1;
    const brokerOrderId = `paper-${sequence}`;
    const held = hold({ order: { ...order, status: 'accepted', brokerOrderId, updatedAt: at } });
    add(held);
    report(held.order, at, events, whole);
    return held;
  }

  function finish(order: Order, status: OrderStatus, at: Timestamp, events: BrokerEvent[], reason?: string) {
    order.status = status;
    order.updatedAt = at;
    if (reason !== undefined) order.reason = reason;
    remove(order);
    report(order, at, events);
  }

  const remaining = (order: Order) => subtract(order.quantity, order.filledQuantity);
  const siblings = (order: Order) =>
    (bySymbol.get(order.symbol) ?? []).filter(
      (held) => held.order !== order && held.order.role !== 'entry' && legGroup(held.order) === legGroup(order),
    );

  /** The legs that protect an entry: made with its first fill, then as large as what was filled. */
  function growLegs(entry: Order, atOpen: boolean, at: Timestamp, turn: Turn) {
    for (const role of ['stop', 'target'] as const) {
      const level = role === 'stop' ? entry.stopLoss : entry.takeProfit;
      if (level === undefined) continue;
      const id = legId(entry, role);
      const held = open.get(id);
      if (held) {
        held.order.quantity = entry.filledQuantity;
        held.order.updatedAt = at;
        report(held.order, at, turn.events, true);
        continue;
      }
      if (closed.has(id)) continue;
      accept(legOf(entry, role, at), at, turn.events, true);
      if (!atOpen) turn.born.add(id);
    }
  }

  function take(held: Held, touch: Touch, turn: Turn) {
    const { order } = held;
    const traded = instrument(order.symbol);
    const at = touch.atOpen ? turn.openTime : turn.closeTime;
    const before = positions.get(order.symbol) ?? 0n;
    let size = remaining(order);
    if (order.reduceOnly) {
      const reducible =
        before * sideSign[order.side] < 0n ? (absolute(before as Quantity) as Quantity) : (0n as Quantity);
      if (reducible === 0n) return finish(order, 'cancelled', at, turn.events, 'nothing_to_reduce');
      size = least(size, reducible);
    }
    if (turn.volume < toNumber(size)) {
      const available = roundToStep(amountOf<Quantity>(turn.volume), traded.lot, 'down');
      if (available === 0n || order.timeInForce === 'fok') return;
      size = available;
    }
    turn.volume -= toNumber(size);
    const { price, slippage } = fillPrice(order, touch, traded);
    const toAccount = rate(order.symbol);
    const fill: Fill = {
      id: `${order.clientOrderId}.${fillCount(order) + 1}`,
      clientOrderId: order.clientOrderId,
      symbol: order.symbol,
      side: order.side,
      quantity: size,
      price,
      rate: toAccount,
      fee: commissionOf(costs, traded, price, size, toAccount),
      slippage,
      eventTime: at,
      receiveTime: turn.receivedAt,
    };
    fills.push(fill);
    counts.set(order.clientOrderId, fillCount(order) + 1);
    positions.set(order.symbol, before + sideSign[order.side] * size);
    order.filledQuantity = (order.filledQuantity + size) as Quantity;
    turn.events.push({ kind: 'fill', fill });
    afterFill(order, touch.atOpen, at, turn);
  }

  function afterFill(order: Order, atOpen: boolean, at: Timestamp, turn: Turn) {
    if (remaining(order) === 0n) finish(order, 'filled', at, turn.events);
    else {
      order.status = 'partially_filled';
      order.updatedAt = at;
      report(order, at, turn.events);
    }
    if (order.role === 'entry') growLegs(order, atOpen, at, turn);
    else {
      // A protective leg that trades ends the rest of its entry, and its sibling once it is done.
      const entry = order.parentId === undefined ? undefined : open.get(order.parentId);
      if (entry) finish(entry.order, 'cancelled', at, turn.events, 'exit_filled');
      if (order.status === 'filled') {
        for (const { order: other } of siblings(order)) finish(other, 'cancelled', at, turn.events, 'oco');
      }
    }
    dropUseless(order.symbol, at, turn.events);
  }

  /** Reduce-only orders with nothing to reduce would lie in wait for a position that is not theirs. */
  function dropUseless(symbol: string, at: Timestamp, events: BrokerEvent[]) {
    const net = positions.get(symbol) ?? 0n;
    for (const { order } of [...bySymbol.get(symbol)!]) {
      if (order.reduceOnly && net * sideSign[order.side] >= 0n) {
        finish(order, 'cancelled', at, events, 'nothing_to_reduce');
      }
    }
  }

  const counts = new Map<string, number>();
  for (const { clientOrderId } of fills) counts.set(clientOrderId, (counts.get(clientOrderId) ?? 0) + 1);
  const fillCount = (order: Order) => counts.get(order.clientOrderId) ?? 0;

  /**
   * Everything on one symbol's shelf meets the tape once: first what fills at the first print, then stops, then the
   * rest, which is the worse order of what cannot be known.
   */
  function meet(
    shelf: Held[],
    met: Tape,
    openTime: Timestamp,
    closeTime: Timestamp,
    receivedAt: Timestamp,
    volume: number,
  ) {
    const touches: { held: Held; touch: Touch }[] = [];
    let passing = false;
    for (const held of shelf) {
      const { timeInForce, createdAt } = held.order;
      if (timeInForce !== 'gtc') passing = true;
      if (timeInForce === 'day' && dayOf(createdAt) < dayOf(openTime)) continue;
      const touch = match(held, met);
      if (touch) touches.push({ held, touch });
    }
    if (touches.length === 0 && !passing) return nothing;
    const turn: Turn = { tape: met, openTime, closeTime, receivedAt, volume, events: [], born: new Set() };
    const before = [...shelf];
    for (const { order } of before) {
      if (order.timeInForce === 'day' && dayOf(order.createdAt) < dayOf(openTime)) {
        finish(order, 'expired', openTime, turn.events, 'day_over');
      }
    }
    for (const { held, touch } of touches) if (touch.atOpen) takeIfOpen(held, touch, turn);
    // Legs born at the open meet the rest of this very bar.
    const later = touches.filter(({ touch }) => !touch.atOpen);
    for (const held of [...shelf]) {
      const touch = before.includes(held) ? null : match(held, met);
      if (touch) later.push({ held, touch });
    }
    later.sort((a, b) => Number(b.held.order.role === 'stop') - Number(a.held.order.role === 'stop'));
    for (const { held, touch } of later) takeIfOpen(held, touch, turn);
    // Entries that filled inside the bar left stops that may have been reached after them.
    for (const id of turn.born) {
      const held = open.get(id);
      const touch = held && match(held, met, true);
      if (held && touch) take(held, touch, turn);
    }
    for (const { order } of [...shelf]) {
      const { timeInForce } = order;
      if (timeInForce === 'ioc' || timeInForce === 'fok') {
        finish(order, 'cancelled', openTime, turn.events, `${timeInForce}_unfilled`);
      }
    }
    return turn.events;
  }

  const takeIfOpen = (held: Held, touch: Touch, turn: Turn) => {
    if (open.has(held.order.clientOrderId)) take(held, touch, turn);
  };

  return {
    submit(order, at) {
      if (open.has(order.clientOrderId) || closed.has(order.clientOrderId)) return [];
      const reason = refusal(order, instrument(order.symbol).lot);
      if (reason) throw new AppError('broker_rejected', `The paper broker refused the order: ${reason}`);
      const events: BrokerEvent[] = [];
      if (order.orderClass === 'oco') {
        accept(ocoTarget(order), at, events, true);
        accept(legOf(order, 'stop', at), at, events, true);
      } else accept(order, at, events, false);
      return events;
    },
    cancel(clientOrderId, at) {
      const events: BrokerEvent[] = [];
      const held = open.get(clientOrderId);
      if (held) {
        finish(held.order, 'cancelled', at, events, 'requested');
        // An OCO order stands for its stop, too; a leg of a bracket only for itself.
        if (held.order.role === 'target' && held.order.parentId === undefined) {
          for (const { order } of siblings(held.order)) finish(order, 'cancelled', at, events, 'requested');
        }
        return events;
      }
      if (closed.has(clientOrderId)) return events;
      throw new AppError('not_found', `The broker knows no order ${clientOrderId}.`);
    },
    onBar(symbol, bar, receivedAt = bar.closeTime) {
      const shelf = bySymbol.get(symbol);
      if (shelf === undefined || shelf.length === 0) return nothing;
      const traded = instrument(symbol);
      setBarTape(tape, bar, traded, costs);
      const real = hasRealVolume[traded.assetClass] && bar.volume > 0;
      const volume = real ? bar.volume * costs.volumeShare : Number.POSITIVE_INFINITY;
      return meet(shelf, tape, bar.openTime, bar.closeTime, receivedAt, volume);
    },
    onQuote(quote, receivedAt = quote.receiveTime) {
      const shelf = bySymbol.get(quote.symbol);
      if (shelf === undefined || shelf.length === 0) return nothing;
      const { eventTime } = quote;
      return meet(shelf, quoteTape(quote, costs), eventTime, eventTime, receivedAt, Number.POSITIVE_INFINITY);
    },
    rests: (symbol) => (bySymbol.get(symbol)?.length ?? 0) > 0,
    order: (clientOrderId) => copy(open.get(clientOrderId)?.order ?? closed.get(clientOrderId)),
    openOrders: () => [...open.values()].map((held) => ({ ...held.order })),
    fills: () => fills,
    state: () => ({
      resting: [...open.values()].map(({ order, extreme, triggered }) => ({ order: { ...order }, extreme, triggered })),
      closed: [...closed.values()],
      fills: [...fills],
      positions: Object.fromEntries([...positions].filter(([, net]) => net !== 0n)),
      sequence,
    }),
    trim(keep) {
      const orders = [...closed.values()].slice(0, Math.max(0, closed.size - keep));
      const ids = new Set(orders.map((order) => order.clientOrderId));
      for (const id of ids) {
        closed.delete(id);
        counts.delete(id);
      }
      const gone = fills.filter((fill) => ids.has(fill.clientOrderId));
      fills = fills.filter((fill) => !ids.has(fill.clientOrderId));
      return { orders, fills: gone };
    },
  };
}

const copy = (order: Order | undefined) => (order ? { ...order } : undefined);
/** Trading days are UTC days here; sessions of a venue are the calendar's matter. */
const dayOf = (time: Timestamp) => Math.floor(time / DAY);
