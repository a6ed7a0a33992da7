import type { Account, Position } from '../domain/account.ts';
import { add, type Money, type Price, subtract, sum } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import type { Fill, Order } from '../domain/order.ts';
import type { JournalEntry, JournalPayloads } from '../domain/record.ts';
import { DAY, type Timestamp, toIso } from '../domain/time.ts';
import { fillPosition, positionCost } from './lots.ts';
import { filledOrder, mayStillFill, reportedOrder } from './orders.ts';

/** A journal record, or an entry that has at least its time (backtests keep no chain). */
export type DatedEntry = JournalEntry & { time: Timestamp; sequence?: number };

/** UTC day of a time, `2025-06-18`: what daily limits count in. */
export const dayOf = (time: Timestamp) => toIso(time).slice(0, 10);

const KEPT_TRADES = 100;

/** A new account: the cash it was given and nothing else. */
export function openAccount(id: string, opening: JournalPayloads['account-opened'], time: Timestamp): Account {
  const { currency, cash, mode, broker } = opening;
  return {
    id,
    currency,
    mode,
    broker,
    cash,
    deposited: cash,
    fees: 0n as Money,
    realised: 0n as Money,
    positions: [],
    openOrders: [],
    recentTrades: [],
    recentSubmissions: [],
    tradingState: 'active',
    peakEquity: cash,
    dayStartEquity: cash,
    day: dayOf(time),
    openedAt: time,
    sequence: 0,
  };
}

/**
 * The account after one more record. Pure: folding the same records gives the same account, bit for bit. It trusts that
 * a fill is journalled once; whoever writes the journal sees to that.
 *
 * Positions are financed in the quote currency, so only profit and loss bears the exchange rate: cash falls by the cost
 * of what is opened at the fill's rate, and comes back with the profit at the closing fill's rate. Always and exactly,
 * cash + cost of positions = deposited + realised − fees.
 */
export function applyRecord(account: Account, record: DatedEntry): Account {
  const after = applyPayload(account, record);
  return { ...after, sequence: record.sequence ?? account.sequence + 1 };
}

function applyPayload(account: Account, record: DatedEntry): Account {
  switch (record.kind) {
    case 'account-opened':
      return openAccount(account.id, record.payload, record.time);
    case 'cash':
      return applyCash(account, record.payload.amount);
    case 'intent':
      return applyIntent(account, record.payload.order, record.time);
    case 'order-event':
      return applyOrderEvent(account, record.payload, record.time);
    case 'fill':
      return applyFill(account, record.payload.fill);
    case 'mark':
      return applyMark(account, record.payload);
    case 'trading-state': {
      const { state, reason } = record.payload;
      return { ...account, tradingState: state, tradingStateReason: reason };
    }
    default:
      return account;
  }
}

/** All records of one account, oldest first. Throws `corrupt` when the first does not open it. */
export function foldAccount(id: string, records: Iterable<DatedEntry>): Account {
  let account: Account | undefined;
  for (const record of records) {
    if (account) account = applyRecord(account, record);
    else if (record.kind === 'account-opened') {
      account = { ...openAccount(id, record.payload, record.time), sequence: record.sequence ?? 1 };
    } else throw new AppError('corrupt', `The journal of ${id} does not begin with its opening.`);
  }
  if (!account) throw new AppError('not_found', `There is no account ${id}.`);
  return account;
}

/** A deposit (or, negative, a withdrawal): peaks and day starts move along, since it is no profit. */
function applyCash(account: Account, amount: Money): Account {
  return {
    ...account,
    cash: add(account.cash, amount),
    deposited: add(account.deposited, amount),
    peakEquity: add(account.peakEquity, amount),
    dayStartEquity: add(account.dayStartEquity, amount),
  };
}

function applyIntent(account: Account, order: Order, time: Timestamp): Account {
  const others = account.openOrders.filter((each) => each.clientOrderId !== order.clientOrderId);
  const recent = account.recentSubmissions.filter((each) => each > time - DAY);
  return { ...account, openOrders: [...others, order], recentSubmissions: [...recent, time] };
}

function applyOrderEvent(account: Account, event: JournalPayloads['order-event'], time: Timestamp): Account {
  const known = account.openOrders.some((each) => each.clientOrderId === event.clientOrderId);
  const openOrders = known
    ? account.openOrders.map((each) =>
        each.clientOrderId === event.clientOrderId ? reportedOrder(each, event, time) : each,
      )
    : event.order
      ? // A leg that the broker made, or an order that it holds and the desk did not expect.
        [...account.openOrders, { ...event.order, status: event.status }]
      : account.openOrders;
  return { ...account, openOrders: openOrders.filter(mayStillFill) };
}

/** Cash, position, realised profit and the order move together. */
export function applyFill(account: Account, fill: Fill): Account {
  const order = account.openOrders.find((each) => each.clientOrderId === fill.clientOrderId);
  const held = account.positions.find((each) => each.symbol === fill.symbol);
  const outcome = fillPosition(held, fill, order?.decisionId);
  const position = outcome.position && withBracket(outcome.position, held, order, fill);
  const others = account.positions.filter((each) => each.symbol !== fill.symbol);
  const positions = position ? [...others, position].sort((a, b) => (a.symbol < b.symbol ? -1 : 1)) : others;
  return {
    ...account,
    cash: (account.cash - outcome.costChange + outcome.realised - fill.fee) as Money,
    fees: add(account.fees, fill.fee),
    realised: add(account.realised, outcome.realised),
    positions,
    recentTrades: outcome.closed ? [...account.recentTrades, outcome.closed].slice(-KEPT_TRADES) : account.recentTrades,
    openOrders: account.openOrders
      .map((each) => (each === order ? filledOrder(each, fill.quantity, fill.receiveTime) : each))
      .filter(mayStillFill),
  };
}

/**
 * Each lot keeps the stop of its own entry, and the nearest of them guards the position: a small second entry with a
 * wide stop loosens nothing, and a stop whose lots are gone guards no longer. The target is the newest entry's.
 */
function withBracket(position: Position, held: Position | undefined, order: Order | undefined, fill: Fill): Position {
  const opens = held === undefined || held.side !== position.side || position.quantity > held.quantity;
  const entry = opens && order?.role === 'entry' ? order : undefined;
  const { stopLoss, takeProfit } = entry ?? {};
  const lots =
    stopLoss === undefined
      ? position.lots
      : position.lots.map((lot) => (lot.fillId === fill.id ? { ...lot, stopLoss } : lot));
  const stops = lots.flatMap((lot) => lot.stopLoss ?? []);
  const nearest = stops.reduce<Price | undefined>((best, each) => {
    if (best === undefined) return each;
    return each > best === (position.side === 'long') ? each : best;
  }, undefined);
  return {
    ...position,
    lots,
    ...(nearest === undefined ? {} : { stopLoss: nearest }),
    ...(takeProfit === undefined ? {} : { takeProfit }),
  };
}

function applyMark(account: Account, { equity, day }: JournalPayloads['mark']): Account {
  return {
    ...account,
    peakEquity: equity > account.peakEquity ? equity : account.peakEquity,
    ...(day === account.day ? {} : { day, dayStartEquity: equity }),
  };
}

/** cash + cost of positions − deposited − realised + fees: zero, exactly, after every record. */
export const conservation = (account: Account): bigint =>
  account.cash +
  sum(account.positions.map(positionCost)) -
  subtract(add(account.deposited, account.realised), account.fees);

export { equity } from './marks.ts';
