import type { Bar } from '../../domain/bar.ts';
import type { CorporateAction } from '../../domain/corporate-action.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Defect, Quality, QualityFlag, Repair } from '../../domain/quality.ts';
import { type Interval, type Timestamp, toIso } from '../../domain/time.ts';
import type { SessionCalendar } from '../../ports/calendar.ts';
import { type BadDividend, checkDividends } from './checks/dividends.ts';
import { findGaps, type Gap } from './checks/gaps.ts';
import { repairOf } from './checks/repair.ts';
import { findOffScale } from './checks/scale.ts';
import { createSequenceCheck } from './checks/sequence.ts';
import { findSpikes } from './checks/spikes.ts';
import { findUnadjustedSplits, type SplitJump } from './checks/splits.ts';
import type { Fault } from './checks/values.ts';

export interface CheckedBars {
  /** Sound bars, oldest first. */
  accepted: Bar[];
  /** Bars set apart, each with its reason. */
  defects: Defect[];
  /** Spans of open session without a bar. They are no bars, so nothing is set apart; the score knows of them. */
  gaps: Gap[];
  /** Jumps to another level by the ratio of a split that no known action explains. The bars themselves are sound. */
  splits: SplitJump[];
  /** Dividends that do not fit prices or adjusted closes. The bars themselves are sound. */
  dividends: BadDividend[];
  quality: Quality;
}

/** What a bar is judged against besides its neighbours. */
export interface BarContext {
  instrument: Instrument;
  interval: Interval;
  calendar: SessionCalendar;
  /** What explains a jump of the price from one bar to the next. */
  actions?: readonly CorporateAction[];
  /** Closes after dividends by opening time, where the source gives them. */
  adjustedCloses?: ReadonlyMap<Timestamp, number>;
  /** Opening times of bars that a person accepted: what their neighbours or their bounds say against them is passed over. */
  overruled?: ReadonlySet<Timestamp>;
}

/** Quality can be no better across a split that nobody took out. */
const SPLIT_SCORE = 0.4;
/** Prices are sound, but returns over the dividend are not. */
const DIVIDEND_SCORE = 0.8;

/**
 * Checks bars in the order given. A defect is kept apart with its reason; nothing is mended, nothing is dropped
 * silently. Pure; `calendar` says which hours should have bars.
 */
export function checkBars(bars: readonly Bar[], context: BarContext): CheckedBars {
  const { instrument, interval, actions = [], adjustedCloses, overruled } = context;
  const defects: Defect[] = [];
  const reject = (bar: Bar, { flag, reason }: Fault, repair?: Repair) =>
    defects.push({ flag, at: toIso(bar.openTime), reason, bar, ...(repair ? { repair } : {}) });

  const inOrder: Bar[] = [];
  const judge = createSequenceCheck({ overruled });
  for (const [i, bar] of bars.entries()) {
    const fault = judge(bar, bars[i + 1]);
    if (fault) reject(bar, fault);
    else inOrder.push(bar);
  }
  const faults = faultsInOrder(inOrder, context);
  for (const [i, { repair, ...fault }] of faults) reject(inOrder[i]!, fault, repair);
  defects.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));

  const accepted = inOrder.filter((_, i) => !faults.has(i));
  const gaps = findGaps(accepted, context);
  const splits = findUnadjustedSplits(accepted, instrument, actions);
  const dividends = checkDividends(accepted, actions, interval, adjustedCloses);
  const quality = qualityOf({
    accepted: accepted.length,
    rejected: defects.length,
    missing: gaps.reduce((sum, each) => sum + each.missing, 0),
    flags: defects.map((each) => each.flag),
    split: splits.length > 0,
    dividend: dividends.length > 0,
  });
  return { accepted, defects, gaps, splits, dividends, quality };
}

/** What their neighbours tell against bars that are in order, by index. */
export function faultsInOrder(bars: readonly Bar[], context: BarContext): Map<number, Fault & { repair?: Repair }> {
  const { instrument, actions = [], adjustedCloses, overruled } = context;
  const accepted = (bar: Bar) => overruled?.has(bar.openTime) === true;
  const faults = new Map<number, Fault & { repair?: Repair }>();
  for (const [i, fault] of findOffScale(bars, instrument, actions, adjustedCloses)) {
    const bar = bars[i]!;
    if (accepted(bar)) continue;
    const repair = repairOf(bar, fault);
    faults.set(i, { flag: fault.flag, reason: fault.reason, ...(repair ? { repair } : {}) });
  }
  const atScale = bars.flatMap((bar, i) => (faults.has(i) ? [] : [{ bar, i }]));
  const spikes = findSpikes(
    atScale.map(({ bar }) => bar),
    context,
  );
  for (const [j, spike] of spikes) {
    const { bar, i } = atScale[j]!;
    if (!accepted(bar)) faults.set(i, spike);
  }
  return faults;
}

/** How far bars can be trusted: from how many are sound, set apart and missing, and from what is told of the sound ones. */
export function qualityOf(found: {
  accepted: number;
  rejected: number;
  missing: number;
  /** Of those set apart. */
  flags: Iterable<QualityFlag>;
  split: boolean;
  dividend: boolean;
}): Quality {
  const { accepted, rejected, missing, split, dividend } = found;
  const checkedBars = accepted + rejected;
  const rejectedShare = checkedBars === 0 ? 1 : rejected / checkedBars;
  const missingShare = missing / Math.max(1, missing + accepted);
  const flags = new Set(found.flags);
  if (missing > 0) flags.add('gap');
  if (split) flags.add('unadjusted-split');
  if (dividend) flags.add('bad-dividend');
  // One bar in twenty missing or bad halves trust; one in ten ends it.
  const score = accepted === 0 ? 0 : Math.max(0, 1 - 10 * rejectedShare - 5 * missingShare);
  // Every indicator that looks across a split is wrong, however good the bars on both sides are.
  const most = Math.min(split ? SPLIT_SCORE : 1, dividend ? DIVIDEND_SCORE : 1);
  return {
    score: Number(Math.min(score, most).toFixed(4)),
    flags: [...flags].sort(),
    stale: false,
    checkedBars,
    rejectedBars: rejected,
  };
}
