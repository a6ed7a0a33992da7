import { and, desc, eq, inArray, lt } from 'drizzle-orm';
import type { Fill, Order, OrderStatus } from '../src/domain/order.ts';
import type { Timestamp } from '../src/domain/time.ts';
import type { Database } from './client.ts';
import { fills, orders } from './tables/index.ts';

/** Lists for pages and tools; what risk reckons with is the account, folded from the journal. */
export interface OrderStore {
  get(clientOrderId: string): Promise<Order | undefined>;
  /** Newest first; `before` bounds `createdAt`. */
  list(query: {
    account: string;
    symbol?: string;
    statuses?: readonly OrderStatus[];
    limit: number;
    before?: Timestamp;
  }): Promise<Order[]>;
  /** Newest first; `before` bounds `eventTime`. */
  fills(query: { account: string; symbol?: string; limit: number; before?: Timestamp }): Promise<Fill[]>;
}

/** Reads the projections that projections.ts fills. */
export function orderStore({ db }: Database): OrderStore {
  return {
    async get(clientOrderId) {
      const [row] = await db
        .select({ order: orders.order })
        .from(orders)
        .where(eq(orders.clientOrderId, clientOrderId));
      return row?.order;
    },
    async list({ account, symbol, statuses, limit, before }) {
      const rows = await db
        .select({ order: orders.order })
        .from(orders)
        .where(
          and(
            eq(orders.account, account),
            symbol === undefined ? undefined : eq(orders.symbol, symbol),
            statuses === undefined ? undefined : inArray(orders.status, [...statuses]),
            before === undefined ? undefined : lt(orders.createdAt, before),
          ),
        )
        .orderBy(desc(orders.createdAt), desc(orders.journalSequence))
        .limit(limit);
      return rows.map((row) => row.order);
    },
    async fills({ account, symbol, limit, before }) {
      const rows = await db
        .select()
        .from(fills)
        .where(
          and(
            eq(fills.account, account),
            symbol === undefined ? undefined : eq(fills.symbol, symbol),
            before === undefined ? undefined : lt(fills.eventTime, before),
          ),
        )
        .orderBy(desc(fills.eventTime), desc(fills.journalSequence))
        .limit(limit);
      return rows.map(({ account: _account, journalSequence: _sequence, ...fill }) => fill as Fill);
    },
  };
}
