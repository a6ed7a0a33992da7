import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type {
  AccountDocument,
  AuditDocument,
  CycleDocument,
  FillDocument,
  OrderDocument,
  PositionDocument,
} from '../api/documents.ts';
import { convert, money, notional, price, quantity, rate } from '../domain/decimal.ts';
import type { RunningDesk } from './command.ts';

const journalOf = (dataDir: string) => join(dataDir, 'journal', 'paper.jsonl');

/** The whole lines of the journal: what the desk had promised when it was last heard of. */
export async function promised(dataDir: string): Promise<string> {
  const text = await readFile(journalOf(dataDir), 'utf8').catch(() => '');
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

/** How many records of a kind are in whole lines. Cheap: it is asked many times a second. */
export const countOf = (journal: string, kind: string) => journal.split(`"kind":"${kind}"`).length - 1;

/**
 * What must hold whenever the desk answers, whatever happened before: the chain is whole, every order and every fill is
 * there once, positions are the sum of the fills, and cash is what was deposited less what the fills cost, exactly.
 */
export async function expectKept(desk: Pick<RunningDesk, 'call'>): Promise<{
  orders: OrderDocument[];
  fills: FillDocument[];
  positions: PositionDocument[];
}> {
  const audit = await desk.call<AuditDocument>('GET', '/api/audit');
  expect(audit).toMatchObject({ ok: true, accounts: [{ account: 'paper', ok: true, brokenAt: null }] });

  const { orders } = await desk.call<{ orders: OrderDocument[] }>('GET', '/api/orders?limit=1000');
  const { fills } = await desk.call<{ fills: FillDocument[] }>('GET', '/api/fills?limit=1000');
  const { positions } = await desk.call<{ positions: PositionDocument[] }>('GET', '/api/positions');
  const account = await desk.call<AccountDocument>('GET', '/api/account');
  expectEachOnce(orders.map((order) => order.clientOrderId));
  expectEachOnce(fills.map((fill) => fill.id));

  const held = new Map<string, bigint>();
  let paid = 0n;
  for (const fill of fills) {
    const sign = fill.side === 'buy' ? 1n : -1n;
    held.set(fill.symbol, (held.get(fill.symbol) ?? 0n) + sign * quantity(fill.quantity));
    const worth = convert(notional(price(fill.price), quantity(fill.quantity)), rate(fill.rate));
    paid += sign * worth + money(fill.fee);
  }
  for (const [symbol, size] of held) if (size === 0n) held.delete(symbol);
  const asHeld = positions.map(
    ({ symbol, side, quantity: size }) => [symbol, (side === 'long' ? 1n : -1n) * quantity(size)] as const,
  );
  expect(new Map(asHeld)).toEqual(held);
  expect(money(account.cash)).toBe(money(account.deposited) - paid);
  return { orders, fills, positions };
}

/** One turn of the desk is one turn: an entry for each symbol at most, and asked again it says the same. */
export async function expectOneTurn(
  desk: Pick<RunningDesk, 'call'>,
  turn: { symbols: string[]; slot: string },
): Promise<CycleDocument> {
  const done = await desk.call<CycleDocument>('POST', '/api/cycles', turn);
  const before = await expectKept(desk);
  expect(await desk.call<CycleDocument>('POST', '/api/cycles', turn)).toEqual(done);
  const after = await expectKept(desk);
  expect(after.orders.length).toBe(before.orders.length);
  expect(after.fills.map(({ id }) => id).sort()).toEqual(before.fills.map(({ id }) => id).sort());
  expect(done.outcomes.map(({ symbol }) => symbol).sort()).toEqual([...turn.symbols].sort());
  for (const { symbol, outcome, clientOrderIds } of done.outcomes) {
    expect(outcome, symbol).not.toBe('failed');
    for (const id of clientOrderIds) expect(after.orders.map((order) => order.clientOrderId)).toContain(id);
  }
  return done;
}

function expectEachOnce(ids: readonly string[]) {
  expect([...new Set(ids)].sort()).toEqual([...ids].sort());
}
