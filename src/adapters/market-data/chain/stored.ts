import { type Bar, barAt, resample, toSeries } from '../../../domain/bar.ts';
import { barOpen, type Interval, type Timestamp } from '../../../domain/time.ts';
import type { BarCoverage, BarStore } from '../../../ports/store.ts';
import { fineLimit, sourceIntervals } from './window.ts';

/** Bars of one source, in the interval asked for. */
export interface StoredBars {
  source: string;
  bars: Bar[];
  /** What they were made from, where that is finer. */
  madeFrom?: Interval;
}

export interface StoredQuery {
  symbol: string;
  interval: Interval;
  limit: number;
  asOf: Timestamp;
  from?: Timestamp;
  /** How many bars are stored for one that is wanted: more than 1 where hours are left out. */
  share?: number;
  /** Stored bars of `fine` as they are wanted. */
  shape: (bars: readonly Bar[], fine: Interval) => Bar[];
}

/** Fine bars beyond this are not read to make coarse ones: a coarser source will do better. */
const MOST_FINE_BARS = 150_000;

/** The last bars of a source, made from finer ones where it lacks the interval. */
export async function readStored(
  store: BarStore,
  coverage: readonly BarCoverage[],
  source: string,
  { symbol, interval, limit, asOf, from, share = 1, shape }: StoredQuery,
): Promise<StoredBars> {
  const held = new Map(coverage.filter((each) => each.source === source).map((each) => [each.interval, each]));
  let best: StoredBars = { source, bars: [] };
  for (const fine of sourceIntervals(interval)) {
    const range = held.get(fine);
    const reached = best.bars.at(-1)?.closeTime ?? 0;
    // Finer bars are read only where they end later: their last whole coarse bar closes no later than this.
    if (range && reached > 0 && barOpen(interval, Math.min(range.to, asOf)) <= reached) continue;
    const count = Math.min(Math.ceil(fineLimit(fine, interval, limit) * share), MOST_FINE_BARS);
    if (!range || range.from >= asOf) continue;
    const part = { symbol, source, asOf, ...(from === undefined ? {} : { from }) };
    const made = shape(await store.read({ ...part, interval: fine, limit: count }), fine).slice(-limit);
    const newest = made.at(-1)?.closeTime ?? 0;
    // A coarse file may be older than the fine one of the same source; the newer bars count.
    if (newest > (best.bars.at(-1)?.closeTime ?? 0)) {
      best = { source, bars: made, ...(fine === interval ? {} : { madeFrom: fine }) };
    }
  }
  return best;
}

/** Coarser bars; the first may lack its beginning and is left out. */
export function coarser(symbol: string, interval: Interval, bars: readonly Bar[]): Bar[] {
  const newest = bars.at(-1);
  const first = bars[0];
  if (!newest || !first) return [];
  const made = resample(toSeries(symbol, interval, bars), interval);
  const result: Bar[] = [];
  for (let i = 0; i < made.length; i++) {
    if (made.openTime[i]! < first.openTime && i === 0 && made.length > 1) continue;
    result.push({
      ...barAt(made, i),
      receiveTime: newest.receiveTime,
      ...(newest.backfilled ? { backfilled: true } : {}),
    });
  }
  return result;
}
