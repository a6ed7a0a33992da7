import { and, desc, eq, lte } from 'drizzle-orm';
import type { Quote } from '../src/domain/quote.ts';
import type { QuoteStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { quotes } from './tables/index.ts';

// One array per column, so that a batch is one statement of one shape however many quotes it holds.
const writeQuotes = `
insert into quotes (symbol, source, event_time, bid, ask, receive_time, simulated)
select * from unnest($1::text[], $2::text[], $3::bigint[], $4::float8[], $5::float8[], $6::bigint[], $7::boolean[])
on conflict do nothing`;
const columns = ['symbol', 'source', 'eventTime', 'bid', 'ask', 'receiveTime'] as const;

export function quoteStore({ db, pool }: Database): QuoteStore {
  const writeMany = async (batch: readonly Quote[]) => {
    if (batch.length === 0) return;
    const lists: unknown[][] = columns.map((column) => batch.map((quote) => quote[column]));
    await pool.query(writeQuotes, [...lists, batch.map((quote) => quote.simulated === true)]);
  };
  return {
    write: (quote) => writeMany([quote]),
    writeMany,
    async latest(symbol, asOf) {
      const [row] = await db
        .select()
        .from(quotes)
        .where(and(eq(quotes.symbol, symbol), lte(quotes.eventTime, asOf)))
        .orderBy(desc(quotes.eventTime), desc(quotes.receiveTime))
        .limit(1);
      if (!row) return undefined;
      const { simulated, ...quote } = row;
      return simulated ? { ...quote, simulated } : quote;
    },
  };
}
