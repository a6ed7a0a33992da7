import type { Bar } from '../../../domain/bar.ts';
import type { AssetClass } from '../../../domain/instrument.ts';
import { DAY, HOUR, type Interval, intervalMs, type Timestamp } from '../../../domain/time.ts';

/** How two sources of the same bars compare. */
export interface SourceComparison {
  /** Bars that both have. */
  shared: number;
  /** Those whose closes are further apart than the tolerance. */
  apart: number;
  /** Share of the price. */
  tolerance: number;
  worst?: { at: Timestamp; difference: number };
  disagree: boolean;
}

/** Share of the price by which minute bars of two honest sources may close apart: spreads, venues, quote currencies. */
const tolerances: Record<AssetClass, number> = {
  fx: 0.0006,
  metal: 0.0015,
  crypto: 0.005,
  equity: 0.002,
  etf: 0.002,
  index: 0.002,
  future: 0.003,
};
/** Too few shared bars prove nothing. */
const LEAST_SHARED = 5;
/** A few bars may differ: corrections, holidays. */
const MOST_APART = 0.1;

/** Longer bars end at each venue's own moment: a day at midnight or at the close of New York. */
export function toleranceOf(assetClass: AssetClass, interval: Interval): number {
  const length = intervalMs[interval];
  return tolerances[assetClass] * (length >= DAY ? 5 : length >= HOUR ? 1.5 : 1);
}

/** Compares the closes of bars that open at the same moment. Pure; both lists are oldest first. */
export function compareSources(
  bars: readonly Bar[],
  others: readonly Bar[],
  { assetClass, interval }: { assetClass: AssetClass; interval: Interval },
): SourceComparison {
  const tolerance = toleranceOf(assetClass, interval);
  let shared = 0;
  let apart = 0;
  let worst: SourceComparison['worst'];
  let at = 0;
  for (const bar of bars) {
    while (at < others.length && others[at]!.openTime < bar.openTime) at += 1;
    const other = others[at];
    if (other?.openTime !== bar.openTime) continue;
    shared += 1;
    const difference = Math.abs(Math.log(bar.close / other.close));
    if (difference > tolerance) apart += 1;
    if (difference > (worst?.difference ?? 0)) worst = { at: bar.openTime, difference };
  }
  const disagree = shared >= LEAST_SHARED && apart > shared * MOST_APART;
  return { shared, apart, tolerance, ...(worst ? { worst } : {}), disagree };
}

/** What is left of trust when this share of bars is disputed: half when all are. */
export const trustAfter = ({ shared, apart, disagree }: SourceComparison) =>
  disagree ? 1 - (0.5 * apart) / shared : 1;
