import { type Plain, toPlain } from '../domain/canonical.ts';
import { AppError } from '../domain/errors.ts';
import type { OrderIntent } from '../domain/order.ts';
import { toIso } from '../domain/time.ts';
import { contentHash } from '../journal/hash.ts';
import { assess } from '../risk/assess.ts';
import type { Desk, MarketRead } from './desk.ts';
import { markEntries, withMarks } from './mark.ts';
import { intentOf, type OrderRequest } from './order-request.ts';
import { type Placement, plainVerdict } from './placement.ts';

export type { OrderRequest } from './order-request.ts';

export interface Preview {
  intent: Plain<OrderIntent>;
  /** Binds an approval to exactly this wish. */
  intentHash: string;
  verdict: NonNullable<Placement['verdict']>;
  quote: { bid: number; ask: number; asOf: string; source: string; simulated?: true };
}

/** Judges a wish as if it were placed now. Writes and sends nothing. */
export async function previewOrder(desk: Desk, request: OrderRequest): Promise<Preview> {
  const account = await desk.book.read(desk.accountId);
  const read = await desk.market({ symbol: request.symbol, account });
  const quoted = quotedOf(read);
  const intent = intentOf(request, quoted);
  const policy = await desk.policy();
  const now = desk.clock.now();
  const marks = read.quality.stale ? [] : markEntries(account, read.market, now);
  const verdict = assess([intent], withMarks(account, marks, now), read.market, policy.risk)[0]!;
  const { bid, ask, quoteTime, source, simulated } = quoted;
  return {
    intent: toPlain(intent),
    intentHash: contentHash(intent),
    verdict: plainVerdict(verdict),
    quote: { bid, ask, asOf: toIso(quoteTime), source, ...(simulated ? { simulated: true as const } : {}) },
  };
}

/** The market of the symbol that was asked for. Throws `unavailable` where there is none. */
export function quotedOf({ market, symbol }: MarketRead) {
  const quoted = market.instruments[symbol];
  if (!quoted) throw new AppError('unavailable', `No price of ${symbol} is known.`);
  return quoted;
}
