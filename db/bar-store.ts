import type { Bar } from '../src/domain/bar.ts';
import { AppError } from '../src/domain/errors.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Disk } from '../src/ports/disk.ts';
import type { BarCoverage, BarQuery, BarStore } from '../src/ports/store.ts';
import { archiveReader, sameValues } from './bar-archive.ts';
import { barQuarantine } from './bar-quarantine.ts';
import { barWriter } from './bar-writer.ts';
import type { Database } from './client.ts';

// The newest version known of each bar, walked backwards over the primary key; then one binary array per column, which
// is what makes 50,000 bars cheap to write out, carry and parse.
const readBars = `
select count(*)::int as count, array_send(array_agg(open_time::float8)), array_send(array_agg(close_time::float8)),
       array_send(array_agg(open)), array_send(array_agg(high)), array_send(array_agg(low)),
       array_send(array_agg(close)), array_send(array_agg(volume)), array_send(array_agg(receive_time::float8)),
       array_send(array_agg(backfilled)),
       (select json_agg(json_build_object('month', month, 'generation', generation, 'to', "to") order by "from" desc)
        from bar_archives
        where symbol = $1 and "interval" = $2 and source = $3 and "from" < $4 and "to" > $5)
from (
  select distinct on (open_time) open_time, close_time, open, high, low, close, volume, receive_time, backfilled from bars
  where symbol = $1 and "interval" = $2 and source = $3 and open_time < $4 and close_time <= $4
    and open_time >= $5 and receive_time <= $6
  order by open_time desc, version desc
  limit $7
) newest`;

/** An array's own head in PostgreSQL's binary form, and the four bytes of length before each element. */
const HEAD = 20;
const LENGTH = 4;

/** Later than any time that a bar can carry. */
const ALWAYS = 9_007_199_254_740_991;

const stored = `
select symbol, "interval", source, bool_or(simulated) as simulated, sum(bars)::int as bars, min("from")::float8 as "from",
       max("to")::float8 as "to"
from (
  select symbol, "interval", source, simulated, bars, "from", "to" from bar_series
  union all select symbol, "interval", source, simulated, bars, "from", "to" from bar_archives
) as part
where $1::text is null or symbol = $1 group by symbol, "interval", source order by symbol, "interval", source`;

/** `archive` is the disk of DATA_DIR, where bars that had their time lie (see bar-archive.ts). */
export function barStore({ db, pool, kind }: Database, clock: Pick<Clock, 'now'>, archive?: Disk): BarStore {
  const readMonth = archiveReader(archive);

  async function readOnce({ symbol, interval, source, asOf, knownAt = ALWAYS, from = -ALWAYS, limit }: BarQuery) {
    const rowLimit = Math.min(limit, 2_147_483_647);
    const values = [symbol, interval, source, asOf, from, knownAt, rowLimit];
    // Named, so that a connection plans it once: planning over all years costs as much as reading 500 bars.
    const query = { name: 'read-bars', text: readBars, values, rowMode: 'array', types: asText };
    const { rows } = await pool.query(query);
    const columns = rows[0] as unknown as string[];
    const months = columns.pop() as string | null;
    const bars = parseBars(columns);
    if (months === null) return bars;
    return withArchived(bars, JSON.parse(months), limit, async (month) => {
      const known = (await readMonth({ symbol, interval, source, ...month })).filter(
        (row) => row.openTime >= from && row.closeTime <= asOf && row.receiveTime <= knownAt,
      );
      return new Map(known.map(({ version: _, ...bar }) => [bar.openTime, bar])).values();
    });
  }

  return {
    write: barWriter({ pool, kind }),

    async read(query) {
      if (query.limit <= 0) return [];
      try {
        return await readOnce(query);
      } catch (failure) {
        // The month's file may just have been made anew: then its new name is known now.
        if (!(failure instanceof AppError) || failure.code !== 'unavailable') throw failure;
        return readOnce(query);
      }
    },

    async coverage(symbol) {
      const { rows } = await pool.query<BarCoverage>(stored, [symbol ?? null]);
      return rows;
    },

    ...barQuarantine(db, clock),
  };
}

interface ArchiveEntry {
  month: string;
  generation: number;
  to: number;
}

/** Bars of the table, and of as many months, newest first, as it takes until `limit` are sure. */
async function withArchived(
  bars: Bar[],
  months: readonly ArchiveEntry[],
  limit: number,
  knownOf: (month: ArchiveEntry) => Promise<Iterable<Bar>>,
): Promise<Bar[]> {
  let merged = bars;
  for (const month of months) {
    const oldest = merged.at(-limit);
    if (merged.length >= limit && oldest!.openTime >= month.to) continue;
    const byOpen = new Map(merged.map((bar) => [bar.openTime, bar]));
    for (const bar of await knownOf(month)) {
      const later = byOpen.get(bar.openTime);
      // What came again with the same value was known before.
      if (!later || sameValues(later, bar)) byOpen.set(bar.openTime, bar);
    }
    merged = [...byOpen.values()].sort((a, b) => a.openTime - b.openTime).slice(-limit);
  }
  return merged;
}

/** Columns as PostgreSQL sends them, newest first, to bars, oldest first. */
function parseBars([count, ...texts]: string[]): Bar[] {
  const length = Number(count);
  if (length === 0) return [];
  // A bytea in text is `\x` and its bytes in hexadecimal.
  const lists = texts.map((text) => Buffer.from(text.slice(2), 'hex'));
  const backfilled = lists.pop()!;
  const [openTime, closeTime, open, high, low, close, volume, receiveTime] = lists as Eight<Buffer>;
  const bars: Bar[] = new Array(length);
  for (let i = 0; i < length; i++) {
    const at = HEAD + i * (LENGTH + 8) + LENGTH;
    const bar: Bar = {
      openTime: openTime.readDoubleBE(at),
      closeTime: closeTime.readDoubleBE(at),
      open: open.readDoubleBE(at),
      high: high.readDoubleBE(at),
      low: low.readDoubleBE(at),
      close: close.readDoubleBE(at),
      volume: volume.readDoubleBE(at),
      receiveTime: receiveTime.readDoubleBE(at),
    };
    if (backfilled[HEAD + i * (LENGTH + 1) + LENGTH] === 1) bar.backfilled = true;
    bars[length - 1 - i] = bar;
  }
  return bars;
}
type Eight<T> = [T, T, T, T, T, T, T, T];

const asText = { getTypeParser: () => (text: string) => text } as never;
