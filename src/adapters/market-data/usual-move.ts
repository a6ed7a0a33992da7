import type { Bar } from '../../domain/bar.ts';

/** Of bars that are all at hand. */
export function usualMove(bars: readonly Bar[]): number {
  const gauge = moveGauge();
  for (const bar of bars) gauge.add(bar);
  return gauge.usual();
}

/** Moves that are looked at: at least so many of a long history, at most twice as many. */
const MOVES = 20_000;

/**
 * Median size of a move from close to close, without the standstill of thin markets. Where closes hardly move, as in a
 * peg, bars that usually have wicks are no spikes. Bars are added in order; of a long history every second, fourth, ...
 */
export function moveGauge() {
  let moves: { size: number; range: number }[] = [];
  let step = 1;
  let count = 0;
  let before = Number.NaN;
  return {
    add({ close, high, low }: Bar) {
      if (count > 0 && (count - 1) % step === 0) {
        moves.push({ size: Math.abs(Math.log(close / before)), range: Math.log(high / low) });
        if (moves.length >= 2 * MOVES) {
          moves = moves.filter((_, i) => i % 2 === 0);
          step *= 2;
        }
      }
      before = close;
      count += 1;
    },
    usual(): number {
      const sizes = moves.map(({ size }) => size).filter((size) => size > 0);
      const ranges = moves.map(({ range }) => range);
      return Math.max(sizes.length === 0 ? 0 : median(sizes), ranges.length === 0 ? 0 : median(ranges) / 4);
    },
  };
}

export function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
