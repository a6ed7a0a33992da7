import { type Bar, barAt, isResampled, resample, resampledSource, toSeries } from '../src/domain/bar.ts';
import { barClose, barOpen, DAY, type Interval, intervalMs, intervals, type Timestamp } from '../src/domain/time.ts';
import type { Disk } from '../src/ports/disk.ts';
import type { BarStore } from '../src/ports/store.ts';
import { archiveMonth } from './bar-archive.ts';
import { type ArchivedMonth, archivePath, type Series } from './bar-archive-file.ts';
import type { Database } from './client.ts';

/** Days that bars of an interval stay in the table; null for ever. */
export type BarRetention = Readonly<Record<Interval, number | null>>;

const coarse = ['5m', '15m', '1h'] as const;
const WHOLE_MONTH = 100_000;

/**
 * Moves whole months of bars that have had their time to Parquet files, where they stay readable; first the coarser
 * bars that are missing are made from them. Only the process that owns DATA_DIR calls it. Answers with the rows moved.
 */
export async function archiveBars(
  { database, bars, disk }: { database: Database; bars: BarStore; disk: Disk },
  { now, retention }: { now: Timestamp; retention: BarRetention },
): Promise<number> {
  await removeReplaced(database, disk);
  let moved = 0;
  // From fine to coarse: coarser bars made here may have had their time as well.
  for (const interval of intervals) {
    const days = retention[interval];
    if (days === null) continue;
    const end = barOpen('1M', now - days * DAY);
    for (const { simulated, ...series } of await seriesOf(database, interval, end)) {
      for (let month = await firstMonth(database, series, end); month !== undefined; ) {
        await keepCoarser(bars, series, simulated, month);
        moved += await archiveMonth(database, disk, series, month);
        month = await firstMonth(database, series, end, barClose('1M', month));
      }
    }
  }
  return moved;
}

/** Files that were made anew by a run that died before it removed the old one; whoever reads the folder itself must not see both. */
async function removeReplaced({ pool }: Database, disk: Disk): Promise<void> {
  const { rows } = await pool.query<ArchivedMonth>(
    'select symbol, "interval", source, month, generation - 1 as generation from bar_archives where generation > 1',
  );
  for (const replaced of rows) await disk.remove(archivePath(replaced));
}

async function seriesOf({ pool }: Database, interval: Interval, before: Timestamp) {
  const { rows } = await pool.query<Series & { simulated: boolean }>(
    `select symbol, "interval", source, simulated from bar_series where "interval" = $1 and "from" < $2
     order by symbol, source`,
    [interval, before],
  );
  return rows;
}

/** The first month in [from, before) that has bars in the table. */
async function firstMonth(
  { pool }: Database,
  { symbol, interval, source }: Series,
  before: Timestamp,
  from = Number.MIN_SAFE_INTEGER,
): Promise<Timestamp | undefined> {
  const { rows } = await pool.query<{ first: string | null }>(
    `select min(open_time) as first from bars
     where symbol = $1 and "interval" = $2 and source = $3 and open_time >= $4 and open_time < $5`,
    [symbol, interval, source, from, before],
  );
  const first = rows[0]?.first;
  return first === null || first === undefined ? undefined : barOpen('1M', Number(first));
}

/** Writes the coarser bars of a month that its source lacks, under a source of their own; again, it changes nothing. */
async function keepCoarser(store: BarStore, series: Series, simulated: boolean, from: Timestamp): Promise<void> {
  const { symbol, interval, source } = series;
  if (isResampled(source)) return;
  const within = { symbol, from, asOf: barClose('1M', from), limit: WHOLE_MONTH };
  const wanted = coarse.filter((each) => intervalMs[each] > intervalMs[interval]);
  const fine = wanted.length > 0 ? await store.read({ ...within, interval, source }) : [];
  for (const each of wanted) {
    const kept = resampledSource(source);
    const held = await Promise.all([source, kept].map((of) => store.read({ ...within, interval: each, source: of })));
    const known = new Set(held.flat().map((bar) => bar.openTime));
    const missing = wholeBars(symbol, each, fine).filter((bar) => !known.has(bar.openTime));
    if (missing.length > 0) await store.write({ symbol, interval: each, source: kept, simulated, bars: missing });
  }
}

/** Coarser bars that lack neither beginning nor end, known when the last of their parts was. */
export function wholeBars(symbol: string, interval: Interval, fine: readonly Bar[]): Bar[] {
  const first = fine[0];
  if (!first) return [];
  const received = new Map<Timestamp, number>();
  for (const { openTime, receiveTime } of fine) {
    const open = barOpen(interval, openTime);
    received.set(open, Math.max(received.get(open) ?? receiveTime, receiveTime));
  }
  const made = resample(toSeries(symbol, interval, fine), interval);
  return Array.from({ length: made.length }, (_, i) => ({
    ...barAt(made, i),
    receiveTime: received.get(made.openTime[i]!)!,
    backfilled: true,
  })).filter((bar) => bar.openTime >= first.openTime);
}
