import type { Bar } from '../../../domain/bar.ts';
import type { CorporateAction } from '../../../domain/corporate-action.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import type { QualityFlag } from '../../../domain/quality.ts';
import { DAY, type Timestamp } from '../../../domain/time.ts';

/** A bar at another scale than its neighbours, and what would bring it back. */
export interface OffScale {
  flag: QualityFlag;
  reason: string;
  /** What the wrong prices are to be multiplied by. */
  factor: number;
  prices: (keyof typeof priceNames)[];
  /** Set where a known split explains the ratio. */
  split?: Split;
}
type Split = CorporateAction & { kind: 'split' };

const priceNames = { open: 0, high: 0, low: 0, close: 0 };
const prices = Object.keys(priceNames) as OffScale['prices'];
/** In shares a longer stretch at another scale is a split, which is told, not set apart. */
const LONGEST_RUN = 60;
/** Splits are looked for this many bars around their date: vendors place them a few days off. */
const SPLIT_REACH = 10;
/** More than this is no mistake of units. */
const MOST_TENS = 6;

interface Step {
  /** Natural logarithm of the nominal ratio: ln 0.01 for pence that became pounds. */
  size: number;
  split?: Split;
}
interface Run {
  from: number;
  to: number;
  level: number;
  split?: Split;
}

/**
 * Bars, alone or in runs, that are a power of ten or the ratio of a nearby split away from their neighbours, and single
 * prices of a bar that are. Which of two scales is right is told by where trades took place (bars with volume), then by
 * how many bars there are. In shares both ends must meet again: a jump that stays may be a split.
 */
export function findOffScale(
  bars: readonly Bar[],
  { assetClass }: Instrument,
  actions: readonly CorporateAction[] = [],
  adjustedCloses?: ReadonlyMap<Timestamp, number>,
): Map<number, OffScale> {
  const found = new Map<number, OffScale>();
  if (bars.length < 3) return found;
  const closeOf = (bar: Bar) => adjustedCloses?.get(bar.openTime) ?? bar.close;
  const isShare = assetClass === 'equity' || assetClass === 'etf';
  const splits = actions.filter((each): each is Split => each.kind === 'split' && each.ratio > 0);
  for (const { wrong, right } of wrongRuns(runsOf(bars, splits, closeOf), bars, isShare)) {
    const size = wrong.level - right.level;
    const split = wrong.split ?? right.split;
    const neighbour = bars[wrong.from >= right.to ? right.to - 1 : wrong.to]!;
    const reference = closeOf(neighbour);
    for (let i = wrong.from; i < wrong.to; i++) {
      const off = prices.filter((name) => {
        const away = Math.log((bars[i]![name] * closeOf(bars[i]!)) / bars[i]!.close / reference);
        return Math.abs(away - size) < Math.abs(away);
      });
      const named = off.length === prices.length ? `${bars[i]!.close} is` : `${off.join(' and ')} are`;
      found.set(i, {
        flag: split ? 'unadjusted-split' : 'wrong-scale',
        reason: split
          ? `${named} at the other side of the split of ${split.ratio} on ${dateOf(split.effectiveTime)} than its neighbours.`
          : `${named} about ${tensText(size)} times its neighbours (${Number(reference.toPrecision(9))}).`,
        factor: split ? Math.exp(-size) : 10 ** -tensOf(size),
        prices: off,
        ...(split ? { split } : {}),
      });
    }
  }
  for (const [i, bar] of bars.entries()) if (!found.has(i)) addSinglePrices(bar, i, found);
  return found;
}

/** Prices of a bar that are a hundred or more times its own close, or as much below it. */
function addSinglePrices(bar: Bar, index: number, found: Map<number, OffScale>) {
  const sizes = prices.map((name) => Math.log(bar[name] / bar.close));
  const off = prices.filter((_, j) => Math.abs(tensOf(sizes[j]!)) >= 2 && fits(sizes[j]!, 0.25));
  if (off.length === 0) return;
  const size = sizes[prices.indexOf(off[0]!)]!;
  const reason = `${off.join(' and ')} about ${tensText(size)} times the close (${bar.close}).`;
  found.set(index, { flag: 'wrong-scale', reason, factor: 10 ** -tensOf(size), prices: off });
}

/** Stretches of one scale, in order. */
function runsOf(bars: readonly Bar[], splits: readonly Split[], closeOf: (bar: Bar) => number): Run[] {
  const runs: Run[] = [{ from: 0, to: bars.length, level: 0 }];
  for (let i = 1; i < bars.length; i++) {
    const size = Math.log(closeOf(bars[i]!) / closeOf(bars[i - 1]!));
    // Nothing is a tenth away: no scale, and hardly a split.
    if (Math.abs(size) < 0.1) continue;
    const step = stepOf(size, splits, bars, i);
    if (!step) continue;
    const last = runs.at(-1)!;
    last.to = i;
    const level = last.level + step.size;
    // A way there and back again ends where it began, whatever rounding says.
    const known = runs.find((each) => Math.abs(each.level - level) < 1e-9);
    runs.push({ from: i, to: bars.length, level: known?.level ?? level, ...(step.split ? { split: step.split } : {}) });
  }
  return runs;
}

function stepOf(size: number, splits: readonly Split[], bars: readonly Bar[], i: number): Step | undefined {
  for (const split of splits) {
    const ratio = Math.log(split.ratio);
    const place = bars[i]!.openTime - split.effectiveTime;
    if (Math.abs(place) > SPLIT_REACH * Math.max(DAY, bars[i]!.closeTime - bars[i]!.openTime)) continue;
    // The larger the ratio, the less can an ordinary move be taken for it.
    const slack = Math.abs(ratio) > 4 ? 0.8 : Math.min(0.2, Math.abs(ratio) / 4);
    if (Math.abs(Math.abs(size) - Math.abs(ratio)) > slack) continue;
    // On its own day a split takes prices to the new scale: that is the market, not a mistake.
    const own = split.effectiveTime > bars[i - 1]!.openTime && split.effectiveTime <= bars[i]!.openTime;
    if (own && Math.sign(size) === -Math.sign(ratio)) return undefined;
    return { size: Math.sign(size) * Math.abs(ratio), split };
  }
  const tens = tensOf(size);
  if (tens === 0 || Math.abs(tens) > MOST_TENS) return undefined;
  return fits(size, Math.abs(tens) === 1 ? 0.2 : 0.8) ? { size: tens * Math.LN10 } : undefined;
}

const tensOf = (size: number) => Math.round(size / Math.LN10);
const tensText = (size: number) => `10^${tensOf(size)}`;
const fits = (size: number, tolerance: number) => Math.abs(size - tensOf(size) * Math.LN10) < tolerance;
const dateOf = (time: Timestamp) => new Date(time).toISOString().slice(0, 10);

/** Joins runs from the weakest on until none lies between two of one scale. */
function wrongRuns(all: readonly Run[], bars: readonly Bar[], isShare: boolean): { wrong: Run; right: Run }[] {
  let runs = [...all];
  const found: { wrong: Run; right: Run }[] = [];
  const blame = (wrong: Run, right: Run) => {
    if (!isShare || wrong.to - wrong.from <= LONGEST_RUN) found.push({ wrong, right });
  };
  const weaker = (some: readonly Run[], others: readonly Run[]) => {
    const [a, b] = [evidence(some, bars), evidence(others, bars)];
    return a.traded - b.traded || a.bars - b.bars;
  };
  while (runs.length > 2) {
    const middles = runs.flatMap((_, i) => (runs[i - 1] && runs[i - 1]!.level === runs[i + 1]?.level ? [i] : []));
    const at = middles.sort((a, b) => runs[a]!.to - runs[a]!.from - (runs[b]!.to - runs[b]!.from))[0];
    if (at === undefined) break;
    const [before, middle, after] = [runs[at - 1]!, runs[at]!, runs[at + 1]!];
    if (weaker([middle], [before, after]) <= 0) {
      blame(middle, before.to - before.from >= after.to - after.from ? before : after);
      runs = [...runs.slice(0, at - 1), { ...before, to: after.to }, ...runs.slice(at + 2)];
    } else {
      blame(before, middle);
      blame(after, middle);
      runs = [...runs.slice(0, at - 1), { ...middle, from: before.from, to: after.to }, ...runs.slice(at + 2)];
    }
  }
  // A change of units that stays; only shares have splits that look like it.
  while (!isShare && runs.length > 1) {
    const [first, second] = [runs[0]!, runs[1]!];
    const joined = { from: first.from, to: second.to };
    if (weaker([first], [second]) < 0) blame(first, second);
    else blame(second, first);
    runs = [{ ...(weaker([first], [second]) < 0 ? second : first), ...joined }, ...runs.slice(2)];
  }
  return found;
}

function evidence(runs: readonly Run[], bars: readonly Bar[]) {
  let traded = 0;
  let count = 0;
  for (const { from, to } of runs) {
    count += to - from;
    for (let i = from; i < to; i++) if (bars[i]!.volume > 0) traded += 1;
  }
  return { traded, bars: count };
}
