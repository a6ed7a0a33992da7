import { AppError } from '../domain/errors.ts';
import type { Order } from '../domain/order.ts';
import type { CycleRecord } from '../domain/record.ts';
import { type Interval, type Timestamp, toIso } from '../domain/time.ts';
import { contentHash } from '../journal/hash.ts';
import { makeDecision } from './analyze.ts';
import type { Desk } from './desk.ts';
import { placeRecorded } from './place-decision.ts';
import { alreadyPlaced, entryId, refusedWhy } from './placement.ts';
import { reconcile } from './reconcile.ts';

export interface CycleRequest {
  symbols: string[];
  interval?: Interval;
  /** When the schedule meant it to run; one record per slot, whatever crashes. */
  slot: Timestamp;
}

type Outcome = CycleRecord['outcomes'][number];

/**
 * One turn of the desk over some symbols: analyze, and send what risk approved. Run again for the same slot it reports
 * the first run; after a crash in between it goes on, and an order that left before is not sent again. Throws
 * `unavailable`, and leaves the slot open, while the fate of such an order is not known: run it again then.
 */
export async function runCycle(desk: Desk, request: CycleRequest): Promise<CycleRecord> {
  const { symbols, slot, interval } = request;
  const key = { account: desk.accountId, slot, symbols: [...symbols].sort(), ...(interval ? { interval } : {}) };
  const id = `cyc_${contentHash(key).slice(0, 24)}`;
  const before = (await desk.book.ledger(desk.accountId)).cycle(id);
  if (before) return before;
  const startedAt = desk.clock.now();
  const outcomes: Outcome[] = [];
  const unresolved: Order[] = [];
  for (const symbol of symbols) {
    const sent = await sentBefore(desk, entryId(desk, id, symbol));
    if (sent && isUnresolved(sent)) unresolved.push(sent);
    else outcomes.push(sent ? outcomeOf(symbol, sent) : await turn(desk, symbol, id, interval));
  }
  if (unresolved.length > 0) {
    const orders = unresolved.map(({ clientOrderId, symbol, status }) => `${clientOrderId} (${symbol}, ${status})`);
    throw new AppError('unavailable', `The broker has not told yet what became of ${orders.join(', ')}.`, {
      hint: 'Run the same slot again in half a minute; nothing is sent twice.',
    });
  }
  const record: CycleRecord = { id, slot, symbols, startedAt, finishedAt: desk.clock.now(), outcomes };
  await desk.book.append(desk.accountId, (_account, ledger) =>
    ledger.cycle(id) ? [] : [{ kind: 'cycle', payload: record }],
  );
  return (await desk.book.ledger(desk.accountId)).cycle(id) ?? record;
}

const isUnresolved = ({ status }: Order) => status === 'pending' || status === 'unknown';

/** The order of this slot from a run before this one. If it may never have left, the broker is asked first. */
async function sentBefore(desk: Desk, clientOrderId: string): Promise<Order | undefined> {
  const sent = alreadyPlaced(await desk.book.ledger(desk.accountId), clientOrderId);
  if (!sent || !isUnresolved(sent)) return sent;
  await reconcile(desk);
  return alreadyPlaced(await desk.book.ledger(desk.accountId), clientOrderId);
}

function outcomeOf(symbol: string, { clientOrderId, createdAt, status, reason, decisionId }: Order): Outcome {
  const refused = status === 'rejected';
  const became = refused ? `the broker refused it: ${reason ?? 'no reason given'}` : `it is ${status}`;
  return {
    symbol,
    ...(decisionId === undefined ? {} : { decisionId }),
    outcome: refused ? 'rejected' : 'traded',
    why: `Sent at ${toIso(createdAt)}, before a restart; ${became}.`,
    clientOrderIds: [clientOrderId],
  };
}

async function turn(desk: Desk, symbol: string, cycleId: string, interval: Interval | undefined): Promise<Outcome> {
  try {
    return await decideAndSend(desk, symbol, cycleId, interval);
  } catch (failure) {
    // One symbol without a market must not cost the others their turn; a bug stops them all.
    if (!(failure instanceof AppError)) throw failure;
    return { symbol, outcome: 'failed', why: `${failure.message} ${failure.hint}`, clientOrderIds: [] };
  }
}

async function decideAndSend(
  desk: Desk,
  symbol: string,
  cycleId: string,
  interval: Interval | undefined,
): Promise<Outcome> {
  const { record, why } = await makeDecision(desk, { symbol, interval, origin: 'cycle', cycleId });
  const about = { symbol: record.symbol, decisionId: record.id };
  if (!record.intent) return { ...about, outcome: 'no_trade', why, clientOrderIds: [] };
  if (record.verdict?.outcome === 'rejected') return { ...about, outcome: 'rejected', why, clientOrderIds: [] };
  // The market that the decision was made on is the market that it is sent in.
  const placement = await placeRecorded(desk, record, record, 'cycle');
  const clientOrderIds = placement.orders.map((order) => order.clientOrderId);
  if (placement.outcome !== 'placed') {
    const since = clientOrderIds.length === 0 ? 'The account had changed. ' : '';
    return { ...about, outcome: 'rejected', why: `${since}${refusedWhy(placement)}`, clientOrderIds };
  }
  return { ...about, outcome: 'traded', why, clientOrderIds };
}
