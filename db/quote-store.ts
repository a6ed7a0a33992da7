import { and, desc, eq, lte } from 'drizzle-orm';
import type { QuoteStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { quotes } from './tables/index.ts';

export function quoteStore({ db }: Database): QuoteStore {
  return {
    async write(quote) {
      const row = { ...quote, simulated: quote.simulated === true };
      await db.insert(quotes).values(row).onConflictDoNothing();
    },
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
