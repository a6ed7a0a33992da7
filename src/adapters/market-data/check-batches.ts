import type { Bar } from '../../domain/bar.ts';
import type { CorporateAction } from '../../domain/corporate-action.ts';
import type { Defect, Quality, QualityFlag, Repair } from '../../domain/quality.ts';
import { type Timestamp, toIso } from '../../domain/time.ts';
import { type BarContext, faultsInOrder, qualityOf } from './check-bars.ts';
import { type BadDividend, checkDividends } from './checks/dividends.ts';
import { gapBetween } from './checks/gaps.ts';
import { createSequenceCheck } from './checks/sequence.ts';
import { findUnadjustedSplits, type SplitJump } from './checks/splits.ts';
import type { Fault } from './checks/values.ts';

/** Bars back to which a twin is remembered; one that comes later still is out of order. */
const REMEMBERED = 200_000;
/** Bars that are judged at once, and those on both sides that they are measured against. */
const WINDOW = 100_000;
const MARGIN = 2_000;

/** Bars as a file has them, with what it tells beside them for checking. */
export interface BarBatch {
  bars: readonly Bar[];
  actions?: readonly CorporateAction[];
  adjustedCloses?: ReadonlyMap<Timestamp, number>;
}

export interface CheckedBatch {
  accepted: Bar[];
  defects: Defect[];
}

/**
 * `checkBars` for histories of any length, in memory that does not grow: bars come in batches and are judged a window
 * at a time, with a margin of neighbours on both sides. A history that fits into one window is judged exactly as
 * `checkBars` judges it; of a longer one, a stretch at the wrong scale is measured against its own window.
 */
export function checkBatches(
  context: Omit<BarContext, 'actions' | 'adjustedCloses'>,
  { window = WINDOW, margin = MARGIN } = {},
) {
  const { instrument, interval, overruled } = context;
  const judge = createSequenceCheck({ overruled, remember: REMEMBERED });
  const flags = new Set<QualityFlag>();
  const counts = { accepted: 0, rejected: 0, missing: 0 };
  const splits = new Map<Timestamp, SplitJump>();
  const dividends = new Map<Timestamp, BadDividend>();
  let defects: Defect[] = [];
  /** A bar is judged when the next one is known. */
  let held: Bar | undefined;
  /** In order: those judged already, for context, then those to be judged. */
  let pending: Bar[] = [];
  let judged = 0;
  /** The last bars accepted. */
  let tail: Bar[] = [];
  let actions: CorporateAction[] = [];
  let adjustedCloses: Map<Timestamp, number> | undefined;

  function reject(bar: Bar, { flag, reason }: Fault, repair?: Repair) {
    defects.push({ flag, at: toIso(bar.openTime), reason, bar, ...(repair ? { repair } : {}) });
    flags.add(flag);
  }

  function pass(bar: Bar, following: Bar | undefined) {
    const fault = judge(bar, following);
    if (fault) reject(bar, fault);
    else pending.push(bar);
  }

  /** Verdicts on the pending bars before `end`. */
  function settle(end: number): CheckedBatch {
    const known = { ...context, actions, ...(adjustedCloses ? { adjustedCloses } : {}) };
    const faults = faultsInOrder(pending, known);
    const accepted: Bar[] = [];
    for (let i = judged; i < end; i++) {
      const fault = faults.get(i);
      if (fault) reject(pending[i]!, fault, fault.repair);
      else accepted.push(pending[i]!);
    }
    const joined = [...tail, ...accepted];
    for (let i = Math.max(1, tail.length); i < joined.length; i++) {
      counts.missing += gapBetween(joined[i - 1]!, joined[i]!, context)?.missing ?? 0;
    }
    for (const each of findUnadjustedSplits(joined, instrument, actions)) splits.set(each.at, each);
    for (const each of checkDividends(joined, actions, interval, adjustedCloses)) dividends.set(each.at, each);
    tail = joined.slice(-margin);
    const keep = Math.max(0, end - margin);
    pending = pending.slice(keep);
    judged = end - keep;
    forget(Math.min(pending[0]?.openTime ?? 0, tail[0]?.openTime ?? 0));
    return finish(accepted);
  }

  function forget(before: Timestamp) {
    actions = actions.filter((each) => each.effectiveTime >= before);
    for (const at of adjustedCloses?.keys() ?? []) if (at < before) adjustedCloses?.delete(at);
  }

  function finish(accepted: Bar[]): CheckedBatch {
    const found = { accepted, defects: defects.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)) };
    defects = [];
    counts.accepted += accepted.length;
    counts.rejected += found.defects.length;
    return found;
  }

  return {
    /** What is known by now; of the newest bars the verdict comes with later ones, or with `end`. */
    add(batch: BarBatch): CheckedBatch {
      for (const bar of batch.bars) {
        if (held) pass(held, bar);
        held = bar;
      }
      actions.push(...(batch.actions ?? []));
      if (batch.adjustedCloses) {
        adjustedCloses ??= new Map();
        for (const [at, close] of batch.adjustedCloses) adjustedCloses.set(at, close);
      }
      return pending.length - judged >= window + margin ? settle(pending.length - margin) : finish([]);
    },
    end(): CheckedBatch {
      if (held) pass(held, undefined);
      held = undefined;
      return settle(pending.length);
    },
    /** Of all bars so far, and what is told of those that were accepted, oldest first. */
    found(): { quality: Quality; splits: SplitJump[]; dividends: BadDividend[] } {
      const told = { split: splits.size > 0, dividend: dividends.size > 0 };
      const sorted = <T extends { at: Timestamp }>(all: Map<Timestamp, T>) =>
        [...all.values()].sort((a, b) => a.at - b.at);
      return {
        quality: qualityOf({ ...counts, flags, ...told }),
        splits: sorted(splits),
        dividends: sorted(dividends),
      };
    },
  };
}
