import { desc, eq } from 'drizzle-orm';
import type { Bar } from '../src/domain/bar.ts';
import type { Defect } from '../src/domain/quality.ts';
import type { Interval } from '../src/domain/time.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { BarQuery, BarStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { barSeries, quarantine } from './tables/index.ts';

/** Rows per statement: few round trips, and no parameter of many megabytes. */
const BATCH = 10_000;

// One array per column; `latest` is the newest version that is stored of each bar.
const writeBars = `
insert into bars (symbol, "interval", source, simulated, open_time, version, close_time, open, high, low, close, volume,
                  receive_time, backfilled)
select $1, $2, $3, $4, given.open_time, coalesce(latest.version, 0) + 1, given.close_time, given.open, given.high,
       given.low, given.close, given.volume, given.receive_time, given.backfilled
from unnest($5::bigint[], $6::bigint[], $7::float8[], $8::float8[], $9::float8[], $10::float8[], $11::float8[],
            $12::bigint[], $13::boolean[])
     as given(open_time, close_time, open, high, low, close, volume, receive_time, backfilled)
left join lateral (
  select version, close_time, open, high, low, close, volume from bars
  where symbol = $1 and "interval" = $2 and source = $3 and open_time = given.open_time
  order by version desc limit 1
) latest on true
where latest.version is null
   or (latest.close_time, latest.open, latest.high, latest.low, latest.close, latest.volume)
      is distinct from (given.close_time, given.open, given.high, given.low, given.close, given.volume)
on conflict do nothing`;

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

export function barStore({ db, pool }: Database, clock: Pick<Clock, 'now'>): BarStore {
  return {
    async write({ symbol, interval, source, simulated, bars }) {
      // The last of a bar's values in one batch counts; one statement may not insert a row twice.
      const unique = [...new Map(bars.map((bar) => [bar.openTime, bar])).values()];
      let written = 0;
      for (let from = 0; from < unique.length; from += BATCH) {
        const batch = unique.slice(from, from + BATCH);
        const lists = columns.map((column) => `{${batch.map((bar) => bar[column]).join(',')}}`);
        const backfilled = `{${batch.map((bar) => bar.backfilled === true).join(',')}}`;
        const result = await pool.query(writeBars, [symbol, interval, source, simulated, ...lists, backfilled]);
        written += result.rowCount ?? 0;
      }
      return { written };
    },

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
      const rows = await db
        .select()
        .from(barSeries)
        .where(symbol === undefined ? undefined : eq(barSeries.symbol, symbol))
        .orderBy(barSeries.symbol, barSeries.interval, barSeries.source);
      return rows.map(({ interval, ...series }) => ({ ...series, interval: interval as Interval }));
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
