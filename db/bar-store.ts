import { desc, eq, sql } from 'drizzle-orm';
import type { Bar } from '../src/domain/bar.ts';
import type { Defect } from '../src/domain/quality.ts';
import type { Interval } from '../src/domain/time.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { BarQuery, BarStore } from '../src/ports/store.ts';
import { barWriter } from './bar-writer.ts';
import type { Database } from './client.ts';
import { quarantine } from './tables/index.ts';

// The newest version known of each bar, walked backwards over the primary key; then one text per column instead of one
// per cell, which is what makes 50,000 bars cheap to carry and parse.
const readBars = `
select count(*)::int as count, array_agg(open_time) as open_time, array_agg(close_time) as close_time,
       array_agg(open) as open, array_agg(high) as high, array_agg(low) as low, array_agg(close) as close,
       array_agg(volume) as volume, array_agg(receive_time) as receive_time, array_agg(backfilled::int) as backfilled
from (
  select * from (
    select distinct on (open_time) * from bars
    where symbol = $1 and "interval" = $2 and source = $3 and open_time < $4 and close_time <= $4
      and open_time >= $5 and receive_time <= $6
    order by open_time desc, version desc
    limit $7
  ) newest order by open_time
) known`;

const columns = ['openTime', 'closeTime', 'open', 'high', 'low', 'close', 'volume', 'receiveTime'] as const;
/** Later than any time that a bar can carry. */
const ALWAYS = 9_007_199_254_740_991;

export function barStore({ db, pool, kind }: Database, clock: Pick<Clock, 'now'>): BarStore {
  return {
    write: barWriter({ pool, kind }),

    async read({ symbol, interval, source, asOf, knownAt = ALWAYS, from = -ALWAYS, limit }: BarQuery) {
      if (limit <= 0) return [];
      const rowLimit = Math.min(limit, 2_147_483_647);
      const values = [symbol, interval, source, asOf, from, knownAt, rowLimit];
      // Arrays come as PostgreSQL's own text: splitting it is many times faster than the driver's array parser.
      const { rows } = await pool.query({ text: readBars, values, rowMode: 'array', types: asText });
      const [count, ...texts] = rows[0] as unknown as string[];
      if (Number(count) === 0) return [];
      const lists = texts.map((text) => text.slice(1, -1).split(','));
      const bars: Bar[] = new Array(lists[0]!.length);
      for (let i = 0; i < bars.length; i++) {
        const bar = {} as Bar;
        for (let column = 0; column < columns.length; column++) bar[columns[column]!] = Number(lists[column]![i]);
        if (lists[columns.length]![i] === '1') bar.backfilled = true;
        bars[i] = bar;
      }
      return bars;
    },

    async coverage(symbol) {
      const { rows } = await db.execute<{
        symbol: string;
        interval: Interval;
        source: string;
        simulated: boolean;
        bars: number;
        from: number;
        to: number;
      }>(sql`
        select symbol, "interval", source, bool_or(simulated) as simulated, (count(*) filter (where version = 1))::int as bars,
               min(open_time)::float8 as "from", max(close_time)::float8 as "to"
        from bars ${symbol === undefined ? sql`` : sql`where symbol = ${symbol}`}
        group by symbol, "interval", source order by symbol, "interval", source`);
      return rows;
    },

    async quarantine(symbol, interval, source, defects) {
      const receiveTime = clock.now();
      for (let from = 0; from < defects.length; from += 1_000) {
        const rows = defects.slice(from, from + 1_000).map(({ at, flag, row, reason }) => {
          return { symbol, interval, source, at: at.replaceAll('\0', ''), flag, row, reason, receiveTime };
        });
        await db.insert(quarantine).values(rows).onConflictDoNothing();
      }
    },

    async quarantined(symbol, limit) {
      const rows = await db
        .select()
        .from(quarantine)
        .where(eq(quarantine.symbol, symbol))
        .orderBy(desc(quarantine.receiveTime), desc(quarantine.at))
        .limit(limit);
      return rows.map(({ at, flag, row, reason, interval, source }) => ({
        ...({ flag, at, ...(row === null ? {} : { row }), reason } as Defect),
        interval: interval as Interval,
        source,
      }));
    },
  };
}

const asText = { getTypeParser: () => (text: string) => text } as never;
