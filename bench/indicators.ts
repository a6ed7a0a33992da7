import * as ti from 'technicalindicators';
import { LOOKBACK, snapshot } from '../src/analysis/snapshot.ts';
import { indicators } from '../src/indicators/index.ts';
import { lattice } from '../src/indicators/lattice.fixture.ts';
import { compare, fastest, median, report } from './measure.ts';

/**
 * Our indicators against the package that everybody installs, in one run, on the functions that it has right; results
 * are held equal before anything is timed. Both get what suits them: we typed columns, it plain arrays.
 */
const BARS = 20_000;
const ROUNDS = 21;
const columns = lattice(BARS);
const { high, low, close } = columns;
const plain = { high: Array.from(high), low: Array.from(low), close: Array.from(close) };

interface Duel {
  name: string;
  ours(): Float64Array;
  theirs(): number[];
  /** Rows from which both must agree; the package seeds MACD differently and needs time to forget it. */
  from: number;
  /** Ratio that this project promises. */
  floor: number;
}

const duels: Duel[] = [
  {
    name: 'SMA 20',
    ours: () => indicators.sma.batch(columns, { period: 20 }).sma,
    theirs: () => ti.SMA.calculate({ period: 20, values: plain.close }),
    from: 19,
    floor: 10,
  },
  {
    name: 'EMA 20',
    ours: () => indicators.ema.batch(columns, { period: 20 }).ema,
    theirs: () => ti.EMA.calculate({ period: 20, values: plain.close }),
    from: 19,
    floor: 2,
  },
  {
    name: 'MACD 12/26/9',
    ours: () => indicators.macd.batch(columns).histogram,
    theirs: () =>
      ti.MACD.calculate({
        values: plain.close,
        fastPeriod: 12,
        slowPeriod: 26,
        signalPeriod: 9,
        SimpleMAOscillator: false,
        SimpleMASignal: false,
      }).map((row) => row.histogram ?? Number.NaN),
    from: 400,
    floor: 5,
  },
  {
    name: 'BBANDS 20/2',
    ours: () => indicators.bbands.batch(columns).upper,
    theirs: () => ti.BollingerBands.calculate({ period: 20, values: plain.close, stdDev: 2 }).map((row) => row.upper),
    from: 19,
    floor: 10,
  },
  {
    name: 'ATR 14',
    ours: () => indicators.atr.batch(columns).atr,
    theirs: () => ti.ATR.calculate({ period: 14, ...plain }),
    from: 14,
    floor: 8,
  },
  {
    name: 'ROC 10',
    ours: () => indicators.roc.batch(columns).roc,
    theirs: () => ti.ROC.calculate({ period: 10, values: plain.close }),
    from: 10,
    floor: 10,
  },
];

/** The package's arrays are short of their warm-up: rows count from the end. */
function largestDifference(ours: Float64Array, theirs: number[], from: number): number {
  let most = 0;
  for (let i = from; i < ours.length; i++) {
    const want = theirs[theirs.length - ours.length + i]!;
    const difference = Math.abs(ours[i]! - want) / Math.max(1, Math.abs(want));
    if (!(difference <= most)) most = difference;
  }
  return most;
}

for (const { name, ours, theirs, from, floor } of duels) {
  const difference = largestDifference(ours(), theirs(), from);
  if (!(difference <= 1e-9)) throw new Error(`${name} differs from technicalindicators by ${difference}.`);
  const { ratio, worst, ours: times } = compare(ours, theirs, ROUNDS);
  const nanoseconds = (fastest(times) * 1e6) / BARS;
  console.log(
    `${name}: ${nanoseconds.toFixed(1)} ns a bar, ${ratio.toFixed(0)} times faster (worst round ${worst.toFixed(1)})`,
  );
  report({
    bench: 'indicators',
    claim: `${name}, times faster than technicalindicators`,
    value: ratio,
    unit: 'x',
    target: `>= ${floor}x`,
    met: ratio >= floor,
    note: `equal within 1e-9 over ${BARS.toLocaleString('en-US')} bars; worst round ${worst.toFixed(1)}x`,
  });
}

const HOUR = 3_600_000;
const openTime = Float64Array.from({ length: BARS }, (_, i) => i * HOUR);
const series = {
  ...columns,
  symbol: 'BENCH',
  interval: '1h' as const,
  length: BARS,
  openTime,
  closeTime: openTime.map((time) => time + HOUR),
};
const STEPS = 50;
let end = LOOKBACK;
const snapshots = () => {
  let seen = 0;
  for (let i = 0; i < STEPS; i++) {
    end = LOOKBACK + ((end - LOOKBACK + 1) % (BARS - LOOKBACK));
    seen += snapshot({ symbol: 'BENCH', interval: '1h', series }, series.closeTime[end]!).levels.length;
  }
  return seen;
};
/** The yardstick: reading and writing a snapshot's JSON, which any answer over the wire costs anyway. */
const answer = JSON.stringify(snapshot({ symbol: 'BENCH', interval: '1h', series }, series.closeTime[5_000]!));
const wire = () => {
  let length = 0;
  for (let i = 0; i < STEPS; i++) length += JSON.stringify(JSON.parse(answer)).length;
  return length;
};
const taken = compare(snapshots, wire, ROUNDS);
const perSnapshot = median(taken.ours) / STEPS;
console.log(
  `snapshot: ${perSnapshot.toFixed(2)} ms each, fastest round ${(fastest(taken.ours) / STEPS).toFixed(2)} ms`,
);
report({
  bench: 'indicators',
  claim: 'a snapshot of 1,000 bars with everything in it',
  value: perSnapshot,
  unit: 'ms',
  target: '<= 3 ms',
  met: perSnapshot <= 3,
  note: `${(1 / taken.ratio).toFixed(1)} times reading and writing its JSON`,
});
