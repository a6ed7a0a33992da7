import type { ChartPatternName } from './chart-patterns.ts';
import type { Pivot } from './pivots.ts';

/** What a template measured on pivots that fit it. */
export interface Geometry {
  confidence: number;
  /** From the neckline to the extreme, in price. */
  height: number;
  invalidation: number;
  /** Corners (0 is the pivot before the pattern) that the neckline goes through; twice the same for a level line. */
  neckline: readonly [number, number];
  /** Bars from its first to its last point. */
  span: number;
}

/** A shape of alternating pivots. Written for tops; `sign` -1 turns prices over, so the same text reads bottoms. */
export interface ChartTemplate {
  top: ChartPatternName;
  bottom: ChartPatternName;
  topTitle: string;
  bottomTitle: string;
  /** Names of the corners after the first. */
  roles: readonly string[];
  fit(corners: Pivot[], sign: 1 | -1, range: number): Geometry | undefined;
}

const clamp = (value: number) => Math.min(1, Math.max(0, value));
const ratio = (a: number, b: number) => Math.min(a, b) / Math.max(a, b);

/** Two extremes at the same height after a rise at least as tall as the dip between them. */
const doubleExtreme: ChartTemplate = {
  top: 'double-top',
  bottom: 'double-bottom',
  topTitle: 'Double top',
  bottomTitle: 'Double bottom',
  roles: ['first', 'neckline', 'second'],
  fit(corners, sign, range) {
    const [before, first, dip, second] = corners.map(({ price }) => sign * price) as [number, number, number, number];
    const height = Math.min(first, second) - dip;
    const unlike = Math.abs(first - second) / height;
    const rise = (first - before) / height;
    if (!(height >= 3 * range && unlike <= 0.2 && rise >= 1)) return undefined;
    const [, left, middle, right] = corners.map(({ index }) => index) as [number, number, number, number];
    const symmetry = ratio(middle - left, right - middle);
    return {
      confidence: clamp(
        0.4 * (1 - unlike / 0.2) + 0.25 * symmetry + 0.2 * clamp(rise / 2) + 0.15 * clamp(height / (6 * range)),
      ),
      height,
      invalidation: sign * Math.max(first, second),
      neckline: [2, 2],
      span: right - left,
    };
  },
};

/** A head above two shoulders of like height and distance, on a neckline that is nearly level. */
const headAndShoulders: ChartTemplate = {
  top: 'head-and-shoulders',
  bottom: 'inverse-head-and-shoulders',
  topTitle: 'Head and shoulders',
  bottomTitle: 'Inverse head and shoulders',
  roles: ['left-shoulder', 'left-neckline', 'head', 'right-neckline', 'right-shoulder'],
  fit(corners, sign, range) {
    const prices = corners.map(({ price }) => sign * price);
    const [before, left, leftDip, head, rightDip, right] = prices as [number, number, number, number, number, number];
    const rows = corners.map(({ index }) => index) as [number, number, number, number, number, number];
    const slope = (rightDip - leftDip) / (rows[4] - rows[2]);
    const height = head - (leftDip + slope * (rows[3] - rows[2]));
    const shoulders = Math.abs(left - right) / height;
    const tilt = Math.abs(leftDip - rightDip) / height;
    const lead = (head - Math.max(left, right)) / height;
    const symmetry = ratio(rows[3] - rows[1], rows[5] - rows[3]);
    const rise = (left - before) / height;
    const fits =
      height >= 3 * range && shoulders <= 0.3 && tilt <= 0.3 && lead >= 0.15 && symmetry >= 0.4 && rise >= 0.5;
    if (!fits) return undefined;
    return {
      confidence: clamp(
        0.3 * (1 - shoulders / 0.3) + 0.25 * symmetry + 0.25 * (1 - tilt / 0.3) + 0.2 * clamp(lead / 0.3),
      ),
      height,
      invalidation: sign * right,
      neckline: [2, 4],
      span: rows[5] - rows[1],
    };
  },
};

/** Registry of chart templates. @see R. D. Edwards, J. Magee, Technical Analysis of Stock Trends (1948) */
export const chartTemplates: readonly ChartTemplate[] = [doubleExtreme, headAndShoulders];
