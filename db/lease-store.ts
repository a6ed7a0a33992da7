import { sql } from 'drizzle-orm';
import type { LeaseStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { leases } from './tables/index.ts';

/** The database's clock, not the transaction's start. */
const now = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

export function leaseStore({ db }: Pick<Database, 'db'>): LeaseStore {
  return {
    async acquire(name, holder, duration) {
      const expiresAt = sql`${now} + ${Math.round(duration)}`;
      const [row] = await db
        .insert(leases)
        .values({ name, holder, token: 1, expiresAt })
        .onConflictDoUpdate({
          target: leases.name,
          set: {
            holder,
            token: sql`case when ${leases.holder} = ${holder} and ${leases.expiresAt} > ${now} then ${leases.token} else ${leases.token} + 1 end`,
            expiresAt,
          },
          setWhere: sql`${leases.holder} = ${holder} or ${leases.expiresAt} <= ${now}`,
        })
        .returning({ token: leases.token });
      return row;
    },
    async release(name, holder) {
      // The row stays, so that the token goes on rising.
      await db
        .update(leases)
        .set({ expiresAt: 0 })
        .where(sql`${leases.name} = ${name} and ${leases.holder} = ${holder}`);
    },
  };
}
