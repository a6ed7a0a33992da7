import { amountOf, type Rate } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import type { DecisionRecord } from '../domain/record.ts';
import { intervalMs, MINUTE, toIso } from '../domain/time.ts';
import { referencePrice } from '../portfolio/sizing.ts';
import { cancelLegs } from './close-position.ts';
import type { Desk, MarketRead } from './desk.ts';
import { alreadyPlaced, entryId, type Placement, place, report } from './placement.ts';
import { quotedOf } from './preview-order.ts';

/** All orders of one decision have one key; decisions of one cycle slot share the slot's. */
export const keyOf = (record: Pick<DecisionRecord, 'id' | 'cycleId'>) => record.cycleId ?? record.id;

/**
 * Sends what a decision proposed, judged again at today's price and account. The same decision is one order, however
 * often it is placed. Throws `conflict` when the decision is too old to stand for the market.
 */
export async function placeDecision(desk: Desk, decisionId: string, origin: string): Promise<Placement> {
  const record = await desk.decisions.get(decisionId);
  if (!record || record.account !== desk.accountId) {
    throw new AppError('not_found', `There is no decision ${decisionId}.`);
  }
  const id = entryId(desk, keyOf(record), record.symbol);
  const ledger = await desk.book.ledger(desk.accountId);
  if (alreadyPlaced(ledger, id)) return report(desk, id, record.intent, undefined);
  if (!record.intent) {
    throw new AppError('invalid_input', `Decision ${decisionId} proposes no order.`, {
      hint: 'Analyze again, or place an order of your own.',
    });
  }
  mustBeYoung(record, desk.clock.now());
  const account = await desk.book.read(desk.accountId);
  const read = await desk.market({ symbol: record.symbol, interval: record.interval, account });
  return placeRecorded(desk, record, read, origin);
}

/** Places a decision that was just made, or was found young enough, in the market as read. */
export async function placeRecorded(desk: Desk, record: DecisionRecord, read: MarketRead, origin: string) {
  const quoted = quotedOf(read);
  const wish = record.verdict?.order ?? record.intent!;
  return place(desk, {
    read,
    policy: await desk.policy(),
    intent: { ...wish, referencePrice: referencePrice(quoted, wish.side), rate: amountOf<Rate>(quoted.rate), origin },
    clientOrderId: entryId(desk, keyOf(record), record.symbol),
    decisionId: record.id,
    ...(wish.reduceOnly ? { beforeSending: () => cancelLegs(desk, record.symbol, origin) } : {}),
  });
}

/** A decision stands for two intervals, and for fifteen minutes at least. */
function mustBeYoung({ id, asOf, interval }: DecisionRecord, now: number) {
  const lasts = Math.max(15 * MINUTE, 2 * intervalMs[interval]);
  if (now - asOf <= lasts) return;
  throw new AppError('conflict', `Decision ${id} is as of ${toIso(asOf)}; the market has moved on since.`, {
    hint: 'Analyze again and place the new decision.',
  });
}
