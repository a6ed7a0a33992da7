import type { Columns } from './definition.ts';

/** The generator of TA-Lib's long series, as its file describes it: mulberry32 words, prices on a grid of 0.01. */
export function lattice(bars: number, seed = 424_242): Columns {
  let state = seed >>> 0;
  const word = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const column = () => new Float64Array(bars);
  const columns = { open: column(), high: column(), low: column(), close: column(), volume: column() };
  const start = 40_000;
  let before = start;
  for (let i = 0; i < bars; i++) {
    const open = before + (word() % 8 === 0 ? (word() % 5) - 2 : 0);
    let close = open + (word() % 21) - 10;
    if (close < Math.floor(start / 4)) close = open + (word() % 10) + 1;
    columns.open[i] = open / 100;
    columns.high[i] = (Math.max(open, close) + (word() % 6)) / 100;
    columns.low[i] = (Math.min(open, close) - (word() % 6)) / 100;
    columns.close[i] = close / 100;
    columns.volume[i] = 100 + (word() % 9901);
    before = close;
  }
  return columns;
}
