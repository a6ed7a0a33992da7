import type { Bar } from '../../domain/bar.ts';
import type { CorporateAction } from '../../domain/corporate-action.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Defect, Quality, QualityFlag } from '../../domain/quality.ts';
import { DAY, type Duration, type Interval, intervalMs, MINUTE, toIso } from '../../domain/time.ts';
import type { SessionCalendar } from '../../ports/calendar.ts';
import { orderGate } from './check-order.ts';
import { median, usualMove } from './usual-move.ts';

export interface CheckedBars {
  /** Sound bars, oldest first. */
  accepted: Bar[];
  /** Bars set apart, each with its reason. */
  defects: Defect[];
  /** Spans of open session without a bar. They are no bars, so nothing is set apart; the score knows of them. */
  gaps: { from: number; to: number; missing: number }[];
  /** Jumps to another level by the ratio of a split that no known action explains. The bars themselves are sound. */
  splits: { at: number; ratio: number }[];
  quality: Quality;
}

/** Quality can be no better across a split that nobody took out. */
export const SPLIT_SCORE = 0.4;
/** Neighbours on each side that a bar is measured against. */
export const NEIGHBOURS = 5;
/** A spike closes this many usual moves away from its neighbours, which do not follow. */
const CLOSE_SPIKE = 25;
/** A high or low may go further in earnest: a release, a flash crash. */
const WICK_SPIKE = 45;

/**
 * Checks bars in the order given. A defect is kept apart with its reason; nothing is mended, nothing is dropped
 * silently. Pure; `calendar` says which hours should have bars.
 */
export function checkBars(
  bars: readonly Bar[],
  {
    instrument,
    interval,
    calendar,
    actions = [],
  }: {
    instrument: Instrument;
    interval: Interval;
    calendar: SessionCalendar;
    /** What explains a jump of the price from one bar to the next. */
    actions?: readonly CorporateAction[];
  },
): CheckedBars {
  const defects: Defect[] = [];
  const reject = (bar: Bar, flag: QualityFlag, reason: string) =>
    defects.push({ flag, at: toIso(bar.openTime), reason });

  const inOrder: Bar[] = [];
  const gate = orderGate(reject, (bar) => inOrder.push(bar));
  for (const bar of bars) gate.add(bar);
  gate.end();

  const move = usualMove(inOrder);
  const strays = findStrays(inOrder, move);
  for (const [i, { flag, reason }] of strays) reject(inOrder[i]!, flag, reason);
  defects.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const accepted = inOrder.filter((_, i) => !strays.has(i));
  const gaps = findGaps(accepted, instrument, interval, calendar);
  const quality = qualityOf(accepted, defects, gaps);
  const splits = findUnadjustedSplits(accepted, instrument, actions, move);
  if (splits.length === 0) return { accepted, defects, gaps, splits, quality };
  // Every indicator that looks across it is wrong, however good the bars on both sides are.
  const flags = [...quality.flags, 'unadjusted-split' as const].sort();
  return {
    accepted,
    defects,
    gaps,
    splits,
    quality: { ...quality, flags, score: Math.min(quality.score, SPLIT_SCORE) },
  };
}

/** Bars that leave their neighbours and whose neighbours do not follow. */
export function findStrays(bars: readonly Bar[], move: number): Map<number, { flag: QualityFlag; reason: string }> {
  const strays = new Map<number, { flag: QualityFlag; reason: string }>();
  if (bars.length < 2 * NEIGHBOURS + 1) return strays;
  for (let i = 0; i < bars.length; i++) {
    const bar = bars[i]!;
    const from = Math.max(0, Math.min(i - NEIGHBOURS, bars.length - 1 - 2 * NEIGHBOURS));
    const around: number[] = [];
    for (let j = from; j <= from + 2 * NEIGHBOURS; j++) if (j !== i) around.push(bars[j]!.close);
    const middle = median(around);
    const nearest = [bars[i - 1]?.close, bars[i + 1]?.close].filter((each) => each !== undefined);
    const distance = (price: number) => Math.min(...nearest.map((each) => Math.abs(Math.log(price / each))));
    // Powers of ten: pence for pounds, points for prices. Neighbours on both sides must be at the other scale.
    const tens = Math.round(Math.log10(bar.close / middle));
    if (tens !== 0 && Math.abs(bar.close / middle / 10 ** tens - 1) < 0.2 && distance(bar.close) > 1) {
      strays.set(i, {
        flag: 'wrong-scale',
        reason: `${bar.close} is about 10^${tens} times its neighbours (${middle}).`,
      });
      continue;
    }
    const neighboursAgree = (farthest: number) => Math.abs(Math.log(nearest[0]! / nearest.at(-1)!)) < farthest / 3;
    const stray = [
      { price: bar.close, limit: CLOSE_SPIKE },
      { price: bar.open, limit: WICK_SPIKE },
      { price: bar.high, limit: WICK_SPIKE },
      { price: bar.low, limit: WICK_SPIKE },
    ].find(({ price, limit }) => {
      const away = distance(price);
      return away > Math.max(limit * move, 0.004) && neighboursAgree(away);
    });
    if (stray) {
      strays.set(i, {
        flag: 'spike',
        reason: `${stray.price} is far from its neighbours (${middle}), which do not follow.`,
      });
    }
  }
  return strays;
}

export function findGaps(bars: readonly Bar[], instrument: Instrument, interval: Interval, calendar: SessionCalendar) {
  const gaps: CheckedBars['gaps'] = [];
  if (interval === '1w' || interval === '1M') return gaps;
  const length = intervalMs[interval];
  // A day's bar stands for its session; an FX server's day may miss an hour of the Sunday.
  const allowed =
    length >= DAY ? 2 * DAY : Math.max(length, 59 * MINUTE, instrument.calendar === 'fx' ? 65 * MINUTE : 0);
  for (let i = 1; i < bars.length; i++) {
    const from = bars[i - 1]!.closeTime;
    const to = bars[i]!.openTime;
    if (to <= from) continue;
    const open = calendar.openBetween(instrument.calendar, from, to);
    if (open > sparse(allowed, length)) gaps.push({ from, to, missing: Math.floor(open / length) });
  }
  return gaps;
}

// Fine bars miss minutes in which nobody traded: a gap is what a person would call one.
const sparse = (allowed: Duration, length: Duration) =>
  length < 60 * MINUTE ? Math.max(2 * length, 20 * MINUTE) : allowed;

function qualityOf(accepted: readonly Bar[], defects: readonly Defect[], gaps: CheckedBars['gaps']): Quality {
  const missing = gaps.reduce((sum, each) => sum + each.missing, 0);
  const flags = new Set<QualityFlag>(defects.map((each) => each.flag));
  if (gaps.length > 0) flags.add('gap');
  return qualityOfCounts({ accepted: accepted.length, rejected: defects.length, missing, flags });
}

/** How far bars can be trusted, from how many are sound, kept apart and missing. */
export function qualityOfCounts(counts: {
  accepted: number;
  rejected: number;
  missing: number;
  flags: ReadonlySet<QualityFlag>;
}): Quality {
  const { accepted, rejected, missing, flags } = counts;
  const checkedBars = accepted + rejected;
  const rejectedShare = checkedBars === 0 ? 1 : rejected / checkedBars;
  const missingShare = missing / Math.max(1, missing + accepted);
  // One bar in twenty missing or bad halves trust; one in ten ends it.
  const score = accepted === 0 ? 0 : Math.max(0, 1 - 10 * rejectedShare - 5 * missingShare);
  return {
    score: Number(score.toFixed(4)),
    flags: [...flags].sort(),
    stale: false,
    checkedBars,
    rejectedBars: rejected,
  };
}

/** Ratios that companies split by; the other way round they join shares. */
const ratios = [1.5, 2, 3, 4, 5, 7, 8, 10, 15, 20, 25, 30, 50].flatMap((each) => [each, 1 / each]);

/** The open leaves the last close by the ratio of a split, and the closes stay there. */
export function findUnadjustedSplits(
  bars: readonly Bar[],
  { assetClass }: Instrument,
  actions: readonly CorporateAction[],
  move: number,
): CheckedBars['splits'] {
  if ((assetClass !== 'equity' && assetClass !== 'etf') || bars.length < 2 * NEIGHBOURS) return [];
  const found: CheckedBars['splits'] = [];
  for (let i = NEIGHBOURS; i <= bars.length - NEIGHBOURS; i++) {
    const bar = bars[i]!;
    const jump = Math.log(bars[i - 1]!.close / bar.open);
    const ratio = ratios.find((each) => Math.abs(jump - Math.log(each)) < 0.05);
    if (ratio === undefined || Math.abs(jump) < 8 * move) continue;
    const before = median(bars.slice(i - NEIGHBOURS, i).map((each) => each.close));
    const after = median(bars.slice(i, i + NEIGHBOURS).map((each) => each.close));
    if (Math.abs(Math.log(before / after) - Math.log(ratio)) > 0.2) continue;
    const known = actions.some(
      ({ kind, effectiveTime }) =>
        kind === 'split' && effectiveTime > bars[i - 1]!.openTime && effectiveTime <= bar.openTime,
    );
    if (!known) found.push({ at: bar.openTime, ratio });
  }
  return found;
}
