import type { Bar } from '../../domain/bar.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Defect, Quality, QualityFlag } from '../../domain/quality.ts';
import { type Interval, toIso } from '../../domain/time.ts';
import type { SessionCalendar } from '../../ports/calendar.ts';
import { findGaps, findStrays, findUnadjustedSplits, NEIGHBOURS, qualityOfCounts, SPLIT_SCORE } from './check-bars.ts';
import { orderGate } from './check-order.ts';

/** A bar at the edge is measured against as many as one in the middle. */
const WINDOW = 2 * NEIGHBOURS + 1;

export interface Checked {
  accepted: Bar[];
  defects: Defect[];
}

/**
 * `checkBars` for bars that come in batches: together its answers are those of the whole. `move` is the usual move of
 * all the bars (`moveGauge`), so they are read once before.
 */
export function checkStream({
  instrument,
  interval,
  calendar,
  move,
}: {
  instrument: Instrument;
  interval: Interval;
  calendar: SessionCalendar;
  move: number;
}) {
  let defects: Defect[] = [];
  const flags = new Set<QualityFlag>();
  const counts = { accepted: 0, rejected: 0, missing: 0 };
  const splits = new Set<number>();
  /** In order: the last ones judged, for context, then those whose neighbours are not all known. */
  let pending: Bar[] = [];
  let judged = 0;
  /** The last bars accepted. */
  let tail: Bar[] = [];

  const reject = (bar: Bar, flag: QualityFlag, reason: string) => {
    defects.push({ flag, at: toIso(bar.openTime), reason });
    flags.add(flag);
  };
  const gate = orderGate(reject, (bar) => pending.push(bar));

  function judge(end: number): Checked {
    const strays = findStrays(pending, move);
    const accepted: Bar[] = [];
    for (let i = judged; i < end; i++) {
      const stray = strays.get(i);
      if (stray) reject(pending[i]!, stray.flag, stray.reason);
      else accepted.push(pending[i]!);
    }
    const keep = Math.max(0, end - WINDOW);
    pending = pending.slice(keep);
    judged = end - keep;
    const found = { accepted, defects: defects.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)) };
    defects = [];
    note(found);
    return found;
  }

  function note({ accepted, defects: rejected }: Checked) {
    counts.accepted += accepted.length;
    counts.rejected += rejected.length;
    const gaps = findGaps([...tail.slice(-1), ...accepted], instrument, interval, calendar);
    if (gaps.length > 0) flags.add('gap');
    for (const { missing } of gaps) counts.missing += missing;
    const joined = [...tail, ...accepted];
    for (const { at } of findUnadjustedSplits(joined, instrument, [], move)) splits.add(at);
    tail = joined.slice(-2 * NEIGHBOURS);
  }

  return {
    add(bars: readonly Bar[]): Checked {
      for (const bar of bars) gate.add(bar);
      const known = pending.length - NEIGHBOURS;
      return judge(pending.length < WINDOW ? judged : Math.max(judged, known));
    },
    end(): Checked {
      gate.end();
      return judge(pending.length);
    },
    quality(): Quality {
      const quality = qualityOfCounts({ ...counts, flags });
      if (splits.size === 0) return quality;
      const known = [...quality.flags, 'unadjusted-split' as const].sort();
      return { ...quality, flags: known, score: Math.min(quality.score, SPLIT_SCORE) };
    },
  };
}
