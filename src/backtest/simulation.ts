import type { Account } from '../domain/account.ts';
import { amountOf, type Money, money, notional, type Rate, toNumber } from '../domain/decimal.ts';
import type { ApprovedOrder, Order } from '../domain/order.ts';
import type { JournalEntry, JournalRecord } from '../domain/record.ts';
import { DAY, type Timestamp } from '../domain/time.ts';
import { entriesOf } from '../engine/absorb.ts';
import { toOrder } from '../engine/execute.ts';
import { openLedger } from '../engine/ledger.ts';
import { entryId } from '../engine/placement.ts';
import { applyRecord, dayOf, openAccount } from '../portfolio/account.ts';
import type { BrokerEvent } from '../ports/broker.ts';
import type { BarPrices } from '../ports/exchange.ts';
import type { Costs } from './costs.ts';
import { createExchange } from './exchange.ts';
import type { BacktestRequest } from './request.ts';
import { createTradeLog } from './trade-log.ts';
import { createValuer } from './valuer.ts';

/**
 * One account at one simulated exchange, kept as the desk keeps its own: what the exchange reports becomes journal
 * entries by the engine's own function and is folded into the account. There is no journal; the entries pass by.
 */
export function createSimulation(
  request: Pick<BacktestRequest, 'instrument' | 'simulated' | 'initialCash' | 'currency' | 'account' | 'observe'>,
  costs: Costs,
  openedAt: Timestamp,
) {
  const {
    instrument,
    simulated,
    initialCash = '100000',
    currency = 'USD',
    account: id = 'backtest',
    observe,
  } = request;
  const { symbol } = instrument;
  let toAccount = amountOf<Rate>(1);
  const exchange = createExchange({ instrument: () => instrument, rate: () => toAccount, costs });
  const ledger = openLedger();
  const log = createTradeLog(symbol);
  const valuer = createValuer(symbol);
  const spent = { commission: 0, spread: 0, slippage: 0 };
  let traded = 0;
  let orders = 0;
  const opening = { currency, cash: money(initialCash) as Money, mode: 'paper' as const, broker: 'paper' };
  let account: Account = { ...openAccount(id, opening, openedAt), sequence: 1 };
  valuer.read(account);
  // As numbers, because they are looked at on every bar.
  let peak = toNumber(account.peakEquity);
  let dayEnd = nextDay(openedAt);

  function append(entry: JournalEntry, time: Timestamp) {
    const record = { ...entry, account: id, sequence: account.sequence + 1, time, previousHash: '', hash: '' };
    account = applyRecord(account, record as JournalRecord);
    ledger.apply(record as JournalRecord);
  }

  function absorb(events: readonly BrokerEvent[], time: Timestamp) {
    for (const entry of entriesOf(events, account, ledger)) {
      const before = account;
      append(entry, time);
      if (entry.kind !== 'fill') continue;
      const { fill } = entry.payload;
      log.onFill(fill, exchange.order(fill.clientOrderId)!.role, before, account);
      const size = toNumber(fill.quantity);
      const rate = toNumber(fill.rate);
      spent.commission += toNumber(fill.fee);
      spent.slippage += toNumber(fill.slippage) * size * rate;
      spent.spread += (instrument.typicalSpread / 2) * costs.spread * size * rate;
      traded += toNumber(notional(fill.price, fill.quantity)) * rate;
      observe?.fill?.(fill);
    }
    valuer.read(account);
  }

  return {
    account: () => account,
    trades: log.trades,
    spent,
    traded: () => traded,
    orders: () => orders,
    fills: () => exchange.fills().length,
    equity: valuer.equity,
    isHolding: () => valuer.size() !== 0,
    /** Orders of earlier bars meet a complete bar; `rate` is the quote currency's worth at its open. */
    meet(bar: BarPrices, rate: number) {
      if (!exchange.rests(symbol)) return;
      toAccount = amountOf<Rate>(rate);
      const events = exchange.onBar(symbol, bar);
      if (events.length > 0) absorb(events, bar.closeTime);
    },
    /** Keeps a new day's first equity and every new peak, as the desk does. */
    mark(equity: number, time: Timestamp) {
      if (equity <= peak && time < dayEnd) return;
      append({ kind: 'mark', payload: { equity: amountOf<Money>(equity), day: dayOf(time) } }, time);
      peak = toNumber(account.peakEquity);
      dayEnd = nextDay(time);
    },
    append(entries: readonly JournalEntry[], time: Timestamp) {
      for (const entry of entries) append(entry, time);
    },
    /** Sends an approved order: intent first, then the exchange, as `execute` does. It fills from the next bar on. */
    place(approved: ApprovedOrder, key: string, decisionId: string, time: Timestamp): Order {
      const clientOrderId = entryId({ accountId: id }, key, symbol);
      const order = toOrder(approved, { account: id, clientOrderId, decisionId, time, simulated });
      append({ kind: 'intent', payload: { order, approved, checks: [], decisionId } }, time);
      absorb(exchange.submit(order, time), time);
      orders += 1;
      observe?.order?.(order);
      return order;
    },
  };
}

const nextDay = (time: Timestamp) => (Math.floor(time / DAY) + 1) * DAY;

export type Simulation = ReturnType<typeof createSimulation>;
