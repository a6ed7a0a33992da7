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
  const isOverruled = (bar: Bar) => overruled?.has(bar.openTime) === true;
  const offScale = findOffScale(inOrder, instrument, actions, adjustedCloses);
  for (const i of offScale.keys()) if (isOverruled(inOrder[i]!)) offScale.delete(i);
  for (const [i, fault] of offScale) reject(inOrder[i]!, fault, repairOf(inOrder[i]!, fault));
  const atScale = inOrder.filter((_, i) => !offScale.has(i));
  const spikes = findSpikes(atScale, context);
  for (const i of spikes.keys()) if (isOverruled(atScale[i]!)) spikes.delete(i);
  for (const [i, fault] of spikes) reject(atScale[i]!, fault);
  defects.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));

  const accepted = atScale.filter((_, i) => !spikes.has(i));
  const gaps = findGaps(accepted, context);
  const splits = findUnadjustedSplits(accepted, instrument, actions);
  const dividends = checkDividends(accepted, actions, interval, adjustedCloses);
  const quality = qualityOf({ accepted, defects, gaps, splits, dividends });
  return { accepted, defects, gaps, splits, dividends, quality };
}

function qualityOf({ accepted, defects, gaps, splits, dividends }: Omit<CheckedBars, 'quality'>): Quality {
  const checkedBars = accepted.length + defects.length;
  const missing = gaps.reduce((sum, each) => sum + each.missing, 0);
  const rejectedShare = checkedBars === 0 ? 1 : defects.length / checkedBars;
  const missingShare = missing / Math.max(1, missing + accepted.length);
  const flags = new Set<QualityFlag>(defects.map((each) => each.flag));
  if (gaps.length > 0) flags.add('gap');
  if (splits.length > 0) flags.add('unadjusted-split');
  if (dividends.length > 0) flags.add('bad-dividend');
  // One bar in twenty missing or bad halves trust; one in ten ends it.
  const score = accepted.length === 0 ? 0 : Math.max(0, 1 - 10 * rejectedShare - 5 * missingShare);
  // Every indicator that looks across a split is wrong, however good the bars on both sides are.
  const most = Math.min(splits.length > 0 ? SPLIT_SCORE : 1, dividends.length > 0 ? DIVIDEND_SCORE : 1);
  return {
    score: Number(Math.min(score, most).toFixed(4)),
    flags: [...flags].sort(),
    stale: false,
    checkedBars,
    rejectedBars: defects.length,
  };
}
