import type { Bar } from './bar.ts';
import type { CorporateAction } from './corporate-action.ts';
import { DAY, type Timestamp } from './time.ts';

export type AdjustmentKind = 'raw' | 'split' | 'dividend' | 'all';

/** From `effectiveTime` on prices are on the new scale: earlier ones are multiplied, their volumes divided. */
interface Factor {
  effectiveTime: Timestamp;
  price: number;
  volume: number;
}

/**
 * Prices on one scale: those before a split or dividend are scaled to what they would be after it. Only actions
 * effective by `asOf` count, so that a look at the past shows what could be seen then.
 *
 * A split of ratio r divides earlier prices by r and multiplies volumes by it. A dividend d scales earlier prices by
 * 1 - d / c, with c the last close before its ex-date (the convention of CRSP); one without an earlier bar, or as large
 * as the price, is left out. `bars` are raw, oldest first.
 */
export function adjustBars(
  bars: readonly Bar[],
  actions: readonly CorporateAction[],
  adjustment: AdjustmentKind,
  asOf: Timestamp,
): Bar[] {
  return scaled(bars, factorsOf(bars, actions, adjustment, asOf), 1);
}

/** The way back: bars that a vendor adjusted for `actions`, as they were traded. `bars` are adjusted, oldest first. */
export function unadjustBars(
  bars: readonly Bar[],
  actions: readonly CorporateAction[],
  adjustment: AdjustmentKind,
  asOf: Timestamp,
): Bar[] {
  const wanted = wantedActions(actions, adjustment, asOf);
  // From the newest on: all later factors are known when an earlier dividend needs its raw close.
  const factors: Factor[] = [];
  for (const action of wanted.toReversed()) {
    const last = lastBefore(bars, action);
    const later = factors.reduce((product, each) => product * each.price, 1);
    // The adjusted close holds this dividend's own factor too: c' = c (1 - d / c) later, so c = c' / later + d.
    const close = last && (action.kind === 'dividend' ? last.close / later + action.amount : last.close / later);
    const factor = factorOf(action, close);
    if (factor) factors.push(factor);
  }
  return scaled(bars, factors, -1);
}

function factorsOf(bars: readonly Bar[], actions: readonly CorporateAction[], kind: AdjustmentKind, asOf: Timestamp) {
  return wantedActions(actions, kind, asOf).flatMap((action) => {
    const factor = factorOf(action, lastBefore(bars, action)?.close);
    return factor ? [factor] : [];
  });
}

function wantedActions(actions: readonly CorporateAction[], kind: AdjustmentKind, asOf: Timestamp): CorporateAction[] {
  const kinds = { raw: [], split: ['split'], dividend: ['dividend'], all: ['split', 'dividend'] }[kind] as string[];
  return actions
    .filter((each) => kinds.includes(each.kind) && each.effectiveTime <= asOf)
    .sort((a, b) => a.effectiveTime - b.effectiveTime);
}

function factorOf(action: CorporateAction, close: number | undefined): Factor | undefined {
  const { effectiveTime } = action;
  if (action.kind === 'split') {
    return action.ratio > 0 ? { effectiveTime, price: 1 / action.ratio, volume: action.ratio } : undefined;
  }
  if (action.kind !== 'dividend' || close === undefined || !(action.amount < close)) return undefined;
  return { effectiveTime, price: 1 - action.amount / close, volume: 1 };
}

/** The last bar that traded before the action took effect. */
function lastBefore(bars: readonly Bar[], { effectiveTime }: CorporateAction): Bar | undefined {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(bars[middle]!, effectiveTime)) low = middle + 1;
    else high = middle;
  }
  return bars[low - 1];
}

/**
 * Days are compared by their date. Within a day the ex-date begins at midnight UTC: no share of ours trades at that
 * hour, so the night belongs to neither side.
 */
const isBefore = (bar: Bar, effectiveTime: Timestamp) =>
  bar.closeTime - bar.openTime > DAY ? bar.closeTime <= effectiveTime : bar.openTime < effectiveTime;

function scaled(bars: readonly Bar[], factors: readonly Factor[], direction: 1 | -1): Bar[] {
  if (factors.length === 0) return [...bars];
  const late = [...factors].sort((a, b) => b.effectiveTime - a.effectiveTime);
  const adjusted: Bar[] = new Array(bars.length);
  let price = 1;
  let volume = 1;
  let next = 0;
  for (let i = bars.length - 1; i >= 0; i--) {
    const bar = bars[i]!;
    while (next < late.length && isBefore(bar, late[next]!.effectiveTime)) {
      price *= late[next]!.price ** direction;
      volume *= late[next]!.volume ** direction;
      next += 1;
    }
    const { open, high, low, close } = bar;
    adjusted[i] = {
      ...bar,
      open: open * price,
      high: high * price,
      low: low * price,
      close: close * price,
      volume: bar.volume * volume,
    };
  }
  return adjusted;
}
