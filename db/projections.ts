import { eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Fill, Order } from '../src/domain/order.ts';
import type { JournalRecord } from '../src/domain/record.ts';
import { genesisHash } from '../src/journal/chain.ts';
import { foldOrders, type OrderBook } from '../src/journal/fold-orders.ts';
import type { Journal } from '../src/ports/journal.ts';
import type { Database } from './client.ts';
import { cycles, decisions, fills, forecasts, orders, projectionMarks } from './tables/index.ts';

type Transaction = Parameters<Parameters<NodePgDatabase['transaction']>[0]>[0];

/** Records per transaction: few commits, and no more than some tens of megabytes of decisions in hand. */
const BATCH = 200;
const projected = [decisions, cycles, forecasts, orders, fills, projectionMarks] as const satisfies PgTable[];

export interface Projector {
  /** Reads every account's journal on from its mark; call at start, before anyone reads the tables. */
  catchUp(): Promise<{ records: number }>;
  /** After an append: the records of one account, in order. What is already in, or missing before, is seen to. */
  apply(records: readonly JournalRecord[]): Promise<void>;
  /** Empties the tables and reads the journal again; the rows come out the same. */
  rebuild(): Promise<{ records: number }>;
}

/** Fills the tables that lists and look-ups read. They hold nothing that the journal does not. */
export function createProjector({ db }: Database, journal: Journal): Projector {
  /** One batch under the lock of the account's mark: replicas take turns, and nothing is applied twice. */
  const applyBatch = (account: string, batch: readonly JournalRecord[]) =>
    db.transaction(async (transaction) => {
      await transaction
        .insert(projectionMarks)
        .values({ account, journalSequence: 0, hash: genesisHash })
        .onConflictDoNothing();
      const [mark] = await transaction
        .select()
        .from(projectionMarks)
        .where(eq(projectionMarks.account, account))
        .for('update');
      const done = mark?.journalSequence ?? 0;
      const fresh = batch.filter((record) => record.sequence > done);
      const last = fresh.at(-1);
      if (!last) return { applied: 0, missing: false };
      if (fresh[0]!.sequence !== done + 1) return { applied: 0, missing: true };
      await project(transaction, account, fresh);
      await transaction
        .update(projectionMarks)
        .set({ journalSequence: last.sequence, hash: last.hash })
        .where(eq(projectionMarks.account, account));
      return { applied: fresh.length, missing: false };
    });

  async function catchUpAccount(account: string): Promise<number> {
    const [mark] = await db.select().from(projectionMarks).where(eq(projectionMarks.account, account));
    let applied = 0;
    let batch: JournalRecord[] = [];
    const flush = async () => {
      if (batch.length > 0) applied += (await applyBatch(account, batch)).applied;
      batch = [];
    };
    for await (const record of journal.read(account, mark?.journalSequence ?? 0)) {
      batch.push(record);
      if (batch.length >= BATCH) await flush();
    }
    await flush();
    return applied;
  }

  async function catchUp() {
    let records = 0;
    for (const account of await journal.accounts()) records += await catchUpAccount(account);
    return { records };
  }

  return {
    catchUp,
    async apply(records) {
      const account = records[0]?.account;
      if (account === undefined) return;
      // Another replica wrote in between: the journal knows what these records follow.
      if ((await applyBatch(account, records)).missing) await catchUpAccount(account);
    },
    async rebuild() {
      await db.transaction(async (transaction) => {
        for (const table of projected) await transaction.delete(table);
      });
      return catchUp();
    },
  };
}

async function project(transaction: Transaction, account: string, records: readonly JournalRecord[]) {
  await projectDecisions(transaction, account, records);
  await projectForecasts(transaction, account, records);
  await projectOrders(transaction, account, records);
}

async function projectDecisions(transaction: Transaction, account: string, records: readonly JournalRecord[]) {
  const decided = records.flatMap(({ kind, payload, sequence }) => {
    if (kind !== 'decision') return [];
    const { id, symbol, interval, asOf, knownAt, panel, verdict, origin, cycleId = null, simulated, hash } = payload;
    const { direction, conviction } = panel.consensus;
    const outcome = verdict?.outcome ?? 'no_trade';
    const place = { id, account, journalSequence: sequence, symbol, interval, asOf, knownAt };
    return [{ ...place, direction, conviction, outcome, origin, cycleId, simulated, hash, record: payload }];
  });
  if (decided.length > 0) await transaction.insert(decisions).values(decided).onConflictDoNothing();

  const turned = records.flatMap(({ kind, payload, sequence }) => {
    if (kind !== 'cycle') return [];
    const { id, slot, startedAt } = payload;
    return [{ id, account, journalSequence: sequence, slot, startedAt, record: payload }];
  });
  if (turned.length === 0) return;
  await transaction
    .insert(cycles)
    .values(newestOf(turned, (row) => row.id))
    .onConflictDoUpdate({
      target: cycles.id,
      set: excluded('account', 'journal_sequence', 'slot', 'started_at', 'record'),
    });
}

async function projectForecasts(transaction: Transaction, account: string, records: readonly JournalRecord[]) {
  const made = records.flatMap(({ kind, payload, sequence }) =>
    kind === 'forecast' ? [{ ...payload, account, journalSequence: sequence }] : [],
  );
  if (made.length > 0) await transaction.insert(forecasts).values(made).onConflictDoNothing();
  const settled = records.flatMap(({ kind, payload, sequence }) =>
    kind === 'forecast-settled' ? [{ ...payload, account, journalSequence: sequence }] : [],
  );
  if (settled.length === 0) return;
  // Scored once: a second score of the same forecast changes nothing.
  await transaction
    .insert(forecasts)
    .values(newestOf(settled.toReversed(), (row) => row.id))
    .onConflictDoUpdate({
      target: forecasts.id,
      set: excluded('settled_at', 'settle_mark', 'correct', 'brier', 'log_score'),
      setWhere: sql`${forecasts.settledAt} is null`,
    });
}

async function projectOrders(transaction: Transaction, account: string, records: readonly JournalRecord[]) {
  const orderIds = new Set<string>();
  const fillIds = new Set<string>();
  for (const { kind, payload } of records) {
    if (kind === 'intent') orderIds.add(payload.order.clientOrderId);
    if (kind === 'order-event') orderIds.add(payload.clientOrderId);
    if (kind === 'fill') {
      orderIds.add(payload.fill.clientOrderId);
      fillIds.add(payload.fill.id);
    }
  }
  if (orderIds.size === 0) return;

  const known = new Map<string, Order>();
  const stored = await transaction
    .select({ order: orders.order })
    .from(orders)
    .where(inArray(orders.clientOrderId, [...orderIds]));
  for (const { order } of stored) known.set(order.clientOrderId, order);
  const seenFills = new Set<string>();
  if (fillIds.size > 0) {
    const rows = await transaction
      .select({ id: fills.id })
      .from(fills)
      .where(inArray(fills.id, [...fillIds]));
    for (const { id } of rows) seenFills.add(id);
  }

  const changed = new Map<string, { order: Order; sequence: number }>();
  const newFills: { fill: Fill; sequence: number }[] = [];
  const book: OrderBook = {
    order: (id) => known.get(id),
    hasFill: (id) => seenFills.has(id),
    putOrder(order, sequence) {
      known.set(order.clientOrderId, order);
      changed.set(order.clientOrderId, { order, sequence });
    },
    putFill(fill, sequence) {
      seenFills.add(fill.id);
      newFills.push({ fill, sequence });
    },
  };
  for (const record of records) foldOrders(book, record);

  if (newFills.length > 0) {
    const rows = newFills.map(({ fill, sequence }) => ({ ...fill, account, journalSequence: sequence }));
    await transaction.insert(fills).values(rows).onConflictDoNothing();
  }
  if (changed.size === 0) return;
  const rows = [...changed.values()].map(({ order, sequence }) => {
    const { clientOrderId, symbol, side, status, quantity, filledQuantity, decisionId = null } = order;
    const { createdAt, updatedAt } = order;
    const place = { clientOrderId, account, journalSequence: sequence, symbol, side, status };
    return { ...place, quantity, filledQuantity, decisionId, createdAt, updatedAt, order };
  });
  await transaction
    .insert(orders)
    .values(rows)
    .onConflictDoUpdate({
      target: orders.clientOrderId,
      set: excluded('journal_sequence', 'status', 'quantity', 'filled_quantity', 'updated_at', 'order'),
    });
}

/** One statement may touch a row once: of several with one key, the last counts. */
const newestOf = <R>(rows: R[], key: (row: R) => string) => [...new Map(rows.map((row) => [key(row), row])).values()];

/** `column = excluded.column` for each, by drizzle's own names for them. */
function excluded(...columns: string[]): Record<string, SQL> {
  return Object.fromEntries(
    columns.map((column) => [
      column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      sql`excluded.${sql.identifier(column)}`,
    ]),
  );
}
