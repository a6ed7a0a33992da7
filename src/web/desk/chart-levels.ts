import type { BarsDocument } from '../../api/documents.ts';

/** A price worth a line across the chart. */
export interface Line {
  price: number;
  title: string;
  tone: 'up' | 'down' | 'accent' | 'faint';
}

/** From the last close, in average true ranges. */
export interface LevelDistances {
  support?: number;
  resistance?: number;
}

type Bars = BarsDocument['bars'];
const PERIOD = 14;

/** Wilder's average true range over 14 bars at the last bar; undefined where the bars are too few. */
export function averageTrueRange(bars: Bars): number | undefined {
  if (bars.length <= PERIOD) return undefined;
  const ranges = bars.slice(1).map(({ high, low }, index) => {
    const before = bars[index]!.close;
    return Math.max(high, before) - Math.min(low, before);
  });
  const first = ranges.slice(0, PERIOD).reduce((sum, range) => sum + range, 0) / PERIOD;
  return ranges.slice(PERIOD).reduce((average, range) => (average * (PERIOD - 1) + range) / PERIOD, first);
}

/** The analyst measures distances in ranges, so that they mean the same everywhere; a chart needs prices. */
export function levelLines(bars: Bars, { support, resistance }: LevelDistances): Line[] {
  const range = averageTrueRange(bars);
  const close = bars.at(-1)?.close;
  if (range === undefined || close === undefined) return [];
  return [
    ...(support === undefined ? [] : [{ price: close - support * range, title: 'Support', tone: 'faint' } as const]),
    ...(resistance === undefined
      ? []
      : [{ price: close + resistance * range, title: 'Resistance', tone: 'faint' } as const]),
  ];
}
