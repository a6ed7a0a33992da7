import type { Bar } from '../src/domain/bar.ts';
import type { BarStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { copyIn } from './copy-in.ts';

/** Rows per statement: few round trips, and no parameter of many megabytes. */
const BATCH = 10_000;

const target = `bars (symbol, "interval", source, simulated, version, backfilled, open_time, close_time, open, high, low,
                      close, volume, receive_time)`;
const given = `unnest($5::boolean[], $6::bigint[], $7::bigint[], $8::float8[], $9::float8[], $10::float8[], $11::float8[],
            $12::float8[], $13::bigint[])
     as given(backfilled, open_time, close_time, open, high, low, close, volume, receive_time)`;

// One array per column; `latest` is the newest version that is stored of each bar.
const addVersions = `
insert into ${target}
select $1, $2, $3, $4, coalesce(latest.version, 0) + 1, given.*
from ${given}
left join lateral (
  select version, close_time, open, high, low, close, volume from bars
  where symbol = $1 and "interval" = $2 and source = $3 and open_time = given.open_time
  order by version desc limit 1
) latest on true
where latest.version is null
   or (latest.close_time, latest.open, latest.high, latest.low, latest.close, latest.volume)
      is distinct from (given.close_time, given.open, given.high, given.low, given.close, given.volume)
on conflict do nothing`;

const addFirst = `insert into ${target} select $1, $2, $3, $4, 1, given.* from ${given} on conflict do nothing`;

const anyBetween = `
select exists (
  select from bars where symbol = $1 and "interval" = $2 and source = $3 and open_time between $4 and $5
) as held`;

const columns = ['openTime', 'closeTime', 'open', 'high', 'low', 'close', 'volume', 'receiveTime'] as const;

/**
 * Writes bars in batches. Where nothing is stored between a batch's first and last bar, as in a bulk import, no bar has
 * to be compared with an older version: PostgreSQL then takes them by COPY, at most of the speed it has.
 */
export function barWriter({ pool, kind }: Pick<Database, 'pool' | 'kind'>): BarStore['write'] {
  const together = kind === 'postgres' ? 2 : 1;
  return async ({ symbol, interval, source, simulated, bars }) => {
    // The last of a bar's values in one batch counts; one statement may not insert a row twice.
    const unique = [...new Map(bars.map((bar) => [bar.openTime, bar])).values()];
    const key = [symbol, interval, source];
    let written = 0;
    let underway: Promise<number>[] = [];
    for (let from = 0; from < unique.length; from += BATCH) {
      underway.push(writeBatch(key, simulated, unique.slice(from, from + BATCH)));
      // The text of one batch is made while the server stores the other.
      if (underway.length < together && from + BATCH < unique.length) continue;
      for (const count of await Promise.all(underway)) written += count;
      underway = [];
    }
    return { written };
  };

  async function writeBatch(key: readonly string[], simulated: boolean, batch: readonly Bar[]): Promise<number> {
    const times = batch.map((bar) => bar.openTime);
    const { rows } = await pool.query(anyBetween, [...key, Math.min(...times), Math.max(...times)]);
    const fresh = !(rows[0] as { held: boolean }).held;
    const copied = fresh && kind === 'postgres' ? await copy([...key, String(simulated), '1'], batch) : undefined;
    if (copied !== undefined) return copied;
    const backfilled = `{${batch.map((bar) => bar.backfilled === true).join(',')}}`;
    const lists = columns.map((column) => `{${batch.map((bar) => bar[column]).join(',')}}`);
    const added = await pool.query(fresh ? addFirst : addVersions, [...key, simulated, backfilled, ...lists]);
    return added.rowCount ?? 0;
  }

  /** Undefined when somebody else wrote one of the bars meanwhile: none of these was stored then. */
  async function copy(key: readonly string[], bars: readonly Bar[]): Promise<number | undefined> {
    const start = key.map(escaped).join('\t');
    let text = '';
    for (const { openTime, closeTime, open, high, low, close, volume, receiveTime, backfilled } of bars) {
      text += `${start}\t${backfilled === true}\t${openTime}\t${closeTime}\t${open}\t${high}\t${low}\t${close}\t${volume}\t${receiveTime}\n`;
    }
    const client = await pool.connect();
    try {
      return await copyIn(client, `copy ${target} from stdin`, text);
    } catch (failure) {
      if ((failure as { code?: string }).code === UNIQUE_VIOLATION) return undefined;
      throw failure;
    } finally {
      client.release();
    }
  }
}

const UNIQUE_VIOLATION = '23505';

/** COPY's own marks, in a text. */
const escaped = (text: string) =>
  text.replace(/[\\\t\n\r]/g, (mark) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n' })[mark] ?? '\\r');
