import type { Bar } from '../../../domain/bar.ts';

/** Neighbours on each side that a bar is measured against. */
export const NEIGHBOURS = 5;

/** Middle value; sorts `values` in place. */
export function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/**
 * Median size of a move from close to close, without the standstill of thin markets. Where closes hardly move, as in a
 * peg, bars that usually have wicks are no spikes.
 */
export function usualMove(bars: readonly Bar[]): number {
  const moves: number[] = [];
  const ranges: number[] = [];
  const step = Math.max(1, Math.floor(bars.length / 20_000));
  for (let i = 1; i < bars.length; i += step) {
    const size = Math.abs(Math.log(bars[i]!.close / bars[i - 1]!.close));
    if (size > 0) moves.push(size);
    ranges.push(Math.log(bars[i]!.high / bars[i]!.low));
  }
  return Math.max(moves.length === 0 ? 0 : median(moves), ranges.length === 0 ? 0 : median(ranges) / 4);
}
