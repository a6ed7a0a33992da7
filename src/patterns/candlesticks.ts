import type { Columns } from '../indicators/definition.ts';
import type { CandleShape } from './candle-shape.ts';
import * as candle from './candle-shape.ts';

export type Bias = 'bullish' | 'bearish' | 'neutral';

/**
 * One candlestick pattern. `at` looks at bar i and those before it: 0 for no, else 100 (80 where edges only touch),
 * negative for the falling form. Definitions and values are TA-Lib's; bars before `lookback` give 0.
 */
export interface CandlestickPattern {
  name: string;
  title: string;
  /** Bars that it spans. */
  bars: number;
  lookback: number;
  /** Says nothing of direction, whatever its sign. */
  neutral?: boolean;
  at(shape: CandleShape, i: number): number;
}

/** How far the last body of a star must reach back into the first. */
const STAR_PENETRATION = 0.3;
const PIERCING_PENETRATION = 0.5;

/** Body i covers body i - 1, of the other color; one edge may be level. */
function engulfing({ open, close, color }: CandleShape, i: number): number {
  const [o, c, before, lastClose] = [open[i]!, close[i]!, open[i - 1]!, close[i - 1]!];
  if (color[i] === color[i - 1]) return 0;
  const rising = color[i] === 1;
  const covers = rising
    ? (c >= before && o < lastClose) || (c > before && o <= lastClose)
    : (o >= lastClose && c < before) || (o > lastClose && c <= before);
  if (!covers) return 0;
  return color[i]! * (o !== lastClose && c !== before ? 100 : 80);
}

/** Body i lies inside the long body i - 1; `small` says how small it must be. */
function harami(shape: CandleShape, i: number, small: boolean): number {
  if (!candle.isLong(shape, i - 1) || !small) return 0;
  const { bodyTop, bodyBottom, color } = shape;
  if (bodyTop[i]! < bodyTop[i - 1]! && bodyBottom[i]! > bodyBottom[i - 1]!) return -color[i - 1]! * 100;
  if (bodyTop[i]! <= bodyTop[i - 1]! && bodyBottom[i]! >= bodyBottom[i - 1]!) return -color[i - 1]! * 80;
  return 0;
}

/** A short body at one end of the bar, a long shadow to the other side. */
const hangs = (shape: CandleShape, i: number) =>
  candle.isShort(shape, i) && candle.hasLongLowerShadow(shape, i) && candle.hasNoUpperShadow(shape, i);
const stands = (shape: CandleShape, i: number) =>
  candle.isShort(shape, i) && candle.hasLongUpperShadow(shape, i) && candle.hasNoLowerShadow(shape, i);

const isStarBody = ({ body, averageBody }: CandleShape, i: number) => body[i]! <= averageBody[i]!;

function threeWhiteSoldiers(shape: CandleShape, i: number): number {
  const { open, close, body, near, far } = shape;
  for (const k of [i - 2, i - 1, i]) {
    if (!candle.isWhite(shape, k) || !candle.hasNoUpperShadow(shape, k)) return 0;
  }
  for (const k of [i - 1, i]) {
    const opensInside = open[k]! > open[k - 1]! && open[k]! <= close[k - 1]! + near[k - 1]!;
    const isNotMuchShorter = body[k]! > body[k - 1]! - far[k - 1]!;
    if (close[k]! <= close[k - 1]! || !opensInside || !isNotMuchShorter) return 0;
  }
  return candle.isLong(shape, i) ? 100 : 0;
}

function threeBlackCrows(shape: CandleShape, i: number): number {
  const { open, high, close } = shape;
  for (const k of [i - 2, i - 1, i]) {
    if (!candle.isBlack(shape, k) || !candle.hasNoLowerShadow(shape, k)) return 0;
  }
  for (const k of [i - 1, i]) {
    if (!(open[k]! < open[k - 1]! && open[k]! > close[k - 1]! && close[k]! < close[k - 1]!)) return 0;
  }
  return candle.isWhite(shape, i - 3) && high[i - 3]! > close[i - 2]! ? -100 : 0;
}

const yes = (condition: boolean, value = 100) => (condition ? value : 0);

/** Registry of candlestick patterns: one entry each. @see https://ta-lib.org/functions/ for the CDL functions */
export const candlestickPatterns: readonly CandlestickPattern[] = [
  { name: 'doji', title: 'Doji', bars: 1, lookback: 10, neutral: true, at: (s, i) => yes(candle.isDoji(s, i)) },
  {
    name: 'dragonfly-doji',
    title: 'Dragonfly doji',
    bars: 1,
    lookback: 10,
    neutral: true,
    at: (s, i) => yes(candle.isDoji(s, i) && candle.hasNoUpperShadow(s, i) && s.lowerShadow[i]! > s.sliver[i]!),
  },
  {
    name: 'gravestone-doji',
    title: 'Gravestone doji',
    bars: 1,
    lookback: 10,
    neutral: true,
    at: (s, i) => yes(candle.isDoji(s, i) && candle.hasNoLowerShadow(s, i) && s.upperShadow[i]! > s.sliver[i]!),
  },
  {
    name: 'spinning-top',
    title: 'Spinning top',
    bars: 1,
    lookback: 10,
    neutral: true,
    at: (s, i) =>
      yes(
        candle.isShort(s, i) && candle.hasLongUpperShadow(s, i) && candle.hasLongLowerShadow(s, i),
        100 * s.color[i]!,
      ),
  },
  {
    name: 'marubozu',
    title: 'Marubozu',
    bars: 1,
    lookback: 10,
    at: (s, i) =>
      yes(candle.isLong(s, i) && candle.hasNoUpperShadow(s, i) && candle.hasNoLowerShadow(s, i), 100 * s.color[i]!),
  },
  {
    name: 'hammer',
    title: 'Hammer',
    bars: 1,
    lookback: 11,
    at: (s, i) => yes(hangs(s, i) && s.bodyBottom[i]! <= s.low[i - 1]! + s.near[i - 1]!),
  },
  {
    name: 'hanging-man',
    title: 'Hanging man',
    bars: 1,
    lookback: 11,
    at: (s, i) => yes(hangs(s, i) && s.bodyBottom[i]! >= s.high[i - 1]! - s.near[i - 1]!, -100),
  },
  {
    name: 'inverted-hammer',
    title: 'Inverted hammer',
    bars: 2,
    lookback: 11,
    at: (s, i) => yes(stands(s, i) && candle.gapsDown(s, i)),
  },
  {
    name: 'shooting-star',
    title: 'Shooting star',
    bars: 2,
    lookback: 11,
    at: (s, i) => yes(stands(s, i) && candle.gapsUp(s, i), -100),
  },
  { name: 'engulfing', title: 'Engulfing', bars: 2, lookback: 2, at: engulfing },
  {
    name: 'harami',
    title: 'Harami',
    bars: 2,
    lookback: 11,
    at: (s, i) => harami(s, i, isStarBody(s, i)),
  },
  {
    name: 'harami-cross',
    title: 'Harami cross',
    bars: 2,
    lookback: 11,
    at: (s, i) => harami(s, i, candle.isDoji(s, i)),
  },
  {
    name: 'piercing',
    title: 'Piercing line',
    bars: 2,
    lookback: 11,
    at: (s, i) =>
      yes(
        candle.isBlack(s, i - 1) &&
          candle.isLong(s, i - 1) &&
          candle.isWhite(s, i) &&
          candle.isLong(s, i) &&
          s.open[i]! < s.low[i - 1]! &&
          s.close[i]! < s.open[i - 1]! &&
          s.close[i]! > s.close[i - 1]! + s.body[i - 1]! * PIERCING_PENETRATION,
      ),
  },
  {
    name: 'dark-cloud-cover',
    title: 'Dark cloud cover',
    bars: 2,
    lookback: 11,
    at: (s, i) =>
      yes(
        candle.isWhite(s, i - 1) &&
          candle.isLong(s, i - 1) &&
          candle.isBlack(s, i) &&
          s.open[i]! > s.high[i - 1]! &&
          s.close[i]! > s.open[i - 1]! &&
          s.close[i]! < s.close[i - 1]! - s.body[i - 1]! * PIERCING_PENETRATION,
        -100,
      ),
  },
  {
    name: 'morning-star',
    title: 'Morning star',
    bars: 3,
    lookback: 12,
    at: (s, i) =>
      yes(
        candle.isBlack(s, i - 2) &&
          candle.isLong(s, i - 2) &&
          isStarBody(s, i - 1) &&
          candle.gapsDown(s, i - 1) &&
          candle.isWhite(s, i) &&
          candle.isLong(s, i) &&
          s.close[i]! > s.close[i - 2]! + s.body[i - 2]! * STAR_PENETRATION,
      ),
  },
  {
    name: 'evening-star',
    title: 'Evening star',
    bars: 3,
    lookback: 12,
    at: (s, i) =>
      yes(
        candle.isWhite(s, i - 2) &&
          candle.isLong(s, i - 2) &&
          isStarBody(s, i - 1) &&
          candle.gapsUp(s, i - 1) &&
          candle.isBlack(s, i) &&
          candle.isLong(s, i) &&
          s.close[i]! < s.close[i - 2]! - s.body[i - 2]! * STAR_PENETRATION,
        -100,
      ),
  },
  { name: 'three-white-soldiers', title: 'Three white soldiers', bars: 3, lookback: 12, at: threeWhiteSoldiers },
  { name: 'three-black-crows', title: 'Three black crows', bars: 4, lookback: 13, at: threeBlackCrows },
];

export const biasOf = (pattern: CandlestickPattern, value: number): Bias =>
  pattern.neutral ? 'neutral' : value > 0 ? 'bullish' : 'bearish';

/** A pattern that ends at a bar. */
export interface CandlestickSighting {
  pattern: string;
  title: string;
  bias: Bias;
  /** -100 to 100 as TA-Lib counts; 80 where edges only touch. */
  value: number;
  /** Row of its last bar. */
  index: number;
  bars: number;
}

/** The pattern's value at every bar: 0 or up to 100 and down to -100. */
export function candlestickColumn(pattern: CandlestickPattern, shape: CandleShape): Int16Array {
  const out = new Int16Array(shape.length);
  for (let i = pattern.lookback; i < shape.length; i++) out[i] = pattern.at(shape, i);
  return out;
}

/** All patterns that end at row `from` or later, oldest first. */
export function findCandlesticks(columns: Omit<Columns, 'volume'>, from = 0): CandlestickSighting[] {
  return sightingsOf(candle.candleShape(columns), from);
}

export function sightingsOf(shape: CandleShape, from = 0): CandlestickSighting[] {
  const sightings: CandlestickSighting[] = [];
  for (let i = from; i < shape.length; i++) {
    for (const pattern of candlestickPatterns) {
      const value = i < pattern.lookback ? 0 : pattern.at(shape, i);
      if (value === 0) continue;
      const { name, title, bars } = pattern;
      sightings.push({ pattern: name, title, bias: biasOf(pattern, value), value, index: i, bars });
    }
  }
  return sightings;
}
