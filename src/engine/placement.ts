import type { Account } from '../domain/account.ts';
import { type Plain, toPlain } from '../domain/canonical.ts';
import { formatAmount } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import type { ApprovedOrder, Check, Fill, Order, OrderIntent, Verdict } from '../domain/order.ts';
import type { JournalEntry } from '../domain/record.ts';
import { givesWay, isLost } from '../portfolio/orders.ts';
import { assess } from '../risk/assess.ts';
import { cancelOrder } from './cancel-order.ts';
import { clientOrderId } from './client-order-id.ts';
import { toVerdictRecord } from './decision-record.ts';
import type { Desk, Ledger, MarketRead, Policy } from './desk.ts';
import { execute, toOrder } from './execute.ts';
import { markEntries, withMarks } from './mark.ts';

/**
 * What became of a wish. `rejected` by risk, then the verdict says so; or by the broker, then the order does. Amounts are
 * decimal text.
 */
export interface Placement {
  outcome: 'placed' | 'rejected' | 'previewed';
  intent: Plain<OrderIntent> | null;
  /** Null when the order was placed before and is only reported again. */
  verdict: {
    outcome: Verdict['outcome'];
    checks: Check[];
    order: Plain<OrderIntent> | null;
    passesIf: string | null;
  } | null;
  orders: Plain<Order>[];
  fills: Plain<Fill>[];
}

export const plainVerdict = (verdict: Verdict): NonNullable<Placement['verdict']> => {
  const record = toVerdictRecord(verdict)!;
  return { ...record, order: toPlain(record.order) };
};

export interface Wish {
  read: MarketRead;
  policy: Policy;
  intent: OrderIntent;
  clientOrderId: string;
  decisionId?: string;
  /** What a repetition under the same id must share with the first beside symbol and side. */
  exactly?: readonly (keyof Order & keyof OrderIntent)[];
  /** Runs after the intent is on disk and before it is sent. */
  beforeSending?: () => Promise<void>;
}

/** An order that is journalled already and not given up as lost: sending the wish again changes nothing. */
export const alreadyPlaced = (ledger: Ledger, id: string): Order | undefined => {
  const order = ledger.order(id);
  return order && !isLost(order) ? order : undefined;
};

/**
 * Judges a wish against the account as it is now, in the same append that writes the intent, so that no other order can
 * slip between; then sends it. A refusal leaves an audit record with every check, and the orders that an exit would have
 * taken the place of.
 */
export async function place(desk: Desk, wish: Wish): Promise<Placement> {
  const { policy, intent, clientOrderId: id, decisionId } = wish;
  let { read } = wish;
  let verdict: Verdict | undefined;
  let order: Order | undefined;
  let inTheWay: Order[] = [];
  // Another order may have brought a symbol into the account since the market was read.
  const missing = unpricedIn(await desk.book.read(desk.accountId), read);
  if (missing.length > 0) read = await readAgain(desk, read);
  await desk.book.append(desk.accountId, (account, ledger) => {
    verdict = undefined;
    order = undefined;
    const before = alreadyPlaced(ledger, id);
    if (before) {
      mustMatch(before, wish);
      return [];
    }
    const time = desk.clock.now();
    const marks = read.quality.stale ? [] : markEntries(account, read.market, time);
    verdict = assess([intent], withMarks(account, marks, time), read.market, policy.risk)[0]!;
    if (verdict.outcome === 'rejected') return [...marks, refusal(verdict, id, intent)];
    inTheWay = account.openOrders.filter((each) => givesWay(each, intent));
    const { simulated } = read;
    order = toOrder(verdict.order, { account: account.id, clientOrderId: id, decisionId, time, simulated });
    return [...marks, intentEntry(order, verdict, decisionId)];
  });
  if (verdict?.outcome === 'rejected') {
    return { outcome: 'rejected', intent: toPlain(intent), verdict: plainVerdict(verdict), orders: [], fills: [] };
  }
  if (order) {
    for (const each of inTheWay) await cancelOrder(desk, each.clientOrderId, intent.origin);
    await wish.beforeSending?.();
    await execute(desk, order);
  }
  return report(desk, id, intent, verdict);
}

const unpricedIn = ({ positions, openOrders }: Account, { market }: MarketRead) =>
  [...positions, ...openOrders].filter(({ symbol }) => !market.instruments[symbol]);

const readAgain = async (desk: Desk, { symbol, interval }: MarketRead) =>
  desk.market({ symbol, interval, account: await desk.book.read(desk.accountId) });

const intentEntry = (order: Order, verdict: Verdict & { order: ApprovedOrder }, decisionId?: string): JournalEntry => ({
  kind: 'intent',
  payload: {
    order,
    approved: verdict.order,
    checks: verdict.checks,
    ...(decisionId === undefined ? {} : { decisionId }),
  },
});

const refusal = (verdict: Verdict, id: string, intent: OrderIntent): JournalEntry => ({
  kind: 'audit',
  payload: {
    action: 'order_refused',
    by: intent.origin,
    particulars: {
      clientOrderId: id,
      intent: toPlain(intent),
      failed: verdict.checks.filter((check) => !check.passed),
    },
  },
});

/** The same id for another wish is a mistake of the caller, not a repetition. */
function mustMatch(before: Order, { intent, exactly = [] }: Wish) {
  const alike = ['symbol' as const, 'side' as const, ...exactly].every((part) => before[part] === intent[part]);
  if (alike) return;
  const { clientOrderId: id, side, quantity, symbol, type } = before;
  const what = `a ${type.replace('_', '-')} order to ${side} ${formatAmount(quantity)} ${symbol}`;
  throw new AppError('conflict', `${id} is ${what} already, and not the one asked for now.`, {
    hint: 'Use another clientOrderId for another order.',
  });
}

/** An order with its legs and fills, as the journal has them. */
export async function report(
  desk: Desk,
  id: string,
  intent: OrderIntent | null,
  verdict: Verdict | undefined,
): Promise<Placement> {
  const account = await desk.book.read(desk.accountId);
  const ledger = await desk.book.ledger(desk.accountId);
  const order = ledger.order(id)!;
  const legs = account.openOrders.filter((each) => each.parentId === id);
  return {
    outcome: order.status === 'rejected' ? 'rejected' : 'placed',
    intent: toPlain(intent),
    verdict: verdict ? plainVerdict(verdict) : null,
    orders: toPlain([order, ...legs]),
    fills: toPlain(ledger.fillsOf(id)),
  };
}

/** Why a wish became no order, in a sentence. */
export function refusedWhy({ orders, verdict }: Placement): string {
  const [order] = orders;
  if (order?.status === 'rejected') return `The broker refused it: ${order.reason ?? 'no reason given'}.`;
  const failed = verdict?.checks.filter((check) => !check.passed).map((check) => check.message) ?? [];
  return `Risk refused it: ${failed.join(' ')}`;
}

/** Id of the one order that a key stands for. */
export const entryId = (desk: Pick<Desk, 'accountId'>, key: string, symbol: string) =>
  clientOrderId({ account: desk.accountId, key, symbol, leg: 'entry' });
