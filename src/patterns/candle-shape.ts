import type { Columns } from '../indicators/definition.ts';

/**
 * What every candlestick pattern reads, computed once per bar. The averages are over the bars *before* each bar and
 * NaN where there are too few; factors and order of operations are TA-Lib's default candle settings, since ties are
 * common on a price grid.
 */
export interface CandleShape extends Omit<Columns, 'volume'> {
  length: number;
  /** 1 for a bar that closed at or above its open, else -1. */
  color: Int8Array;
  body: Float64Array;
  bodyTop: Float64Array;
  bodyBottom: Float64Array;
  upperShadow: Float64Array;
  lowerShadow: Float64Array;
  /** Mean body of 10 bars: a longer body is long, a shorter one short. */
  averageBody: Float64Array;
  /** A tenth of the mean range of 10 bars: a body up to it is a doji, a shadow under it very short. */
  sliver: Float64Array;
  /** A fifth of the mean range of 5 bars. */
  near: Float64Array;
  /** Three fifths of the mean range of 5 bars. */
  far: Float64Array;
}

export function candleShape({ open, high, low, close }: Omit<Columns, 'volume'>): CandleShape {
  const { length } = close;
  const column = () => new Float64Array(length);
  const color = new Int8Array(length);
  const [body, bodyTop, bodyBottom, upperShadow, lowerShadow] = [column(), column(), column(), column(), column()];
  const [averageBody, sliver, near, far] = [column(), column(), column(), column()];
  let [bodies, ranges, recent] = [0, 0, 0];
  for (let i = 0; i < length; i++) {
    const defined = i >= 10;
    averageBody[i] = defined ? bodies / 10 : Number.NaN;
    sliver[i] = defined ? 0.1 * (ranges / 10) : Number.NaN;
    near[i] = i >= 5 ? 0.2 * (recent / 5) : Number.NaN;
    far[i] = i >= 5 ? 0.6 * (recent / 5) : Number.NaN;

    const [o, c] = [open[i]!, close[i]!];
    color[i] = c >= o ? 1 : -1;
    body[i] = Math.abs(c - o);
    bodyTop[i] = Math.max(o, c);
    bodyBottom[i] = Math.min(o, c);
    upperShadow[i] = high[i]! - bodyTop[i]!;
    lowerShadow[i] = bodyBottom[i]! - low[i]!;

    bodies += body[i]!;
    ranges += high[i]! - low[i]!;
    recent += high[i]! - low[i]!;
    if (defined) {
      bodies -= body[i - 10]!;
      ranges -= high[i - 10]! - low[i - 10]!;
    }
    if (i >= 5) recent -= high[i - 5]! - low[i - 5]!;
  }
  return {
    length,
    open,
    high,
    low,
    close,
    color,
    body,
    bodyTop,
    bodyBottom,
    upperShadow,
    lowerShadow,
    averageBody,
    sliver,
    near,
    far,
  };
}

export const isWhite = ({ color }: CandleShape, i: number) => color[i] === 1;
export const isBlack = ({ color }: CandleShape, i: number) => color[i] === -1;
export const isLong = ({ body, averageBody }: CandleShape, i: number) => body[i]! > averageBody[i]!;
export const isShort = ({ body, averageBody }: CandleShape, i: number) => body[i]! < averageBody[i]!;
export const isDoji = ({ body, sliver }: CandleShape, i: number) => body[i]! <= sliver[i]!;
export const hasNoUpperShadow = ({ upperShadow, sliver }: CandleShape, i: number) => upperShadow[i]! < sliver[i]!;
export const hasNoLowerShadow = ({ lowerShadow, sliver }: CandleShape, i: number) => lowerShadow[i]! < sliver[i]!;
export const hasLongUpperShadow = ({ upperShadow, body }: CandleShape, i: number) => upperShadow[i]! > body[i]!;
export const hasLongLowerShadow = ({ lowerShadow, body }: CandleShape, i: number) => lowerShadow[i]! > body[i]!;
/** The body lies wholly above the body before it. */
export const gapsUp = ({ bodyBottom, bodyTop }: CandleShape, i: number) => bodyBottom[i]! > bodyTop[i - 1]!;
export const gapsDown = ({ bodyBottom, bodyTop }: CandleShape, i: number) => bodyTop[i]! < bodyBottom[i - 1]!;
