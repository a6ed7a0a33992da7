import { performance } from 'node:perf_hooks';

/** One measured claim, printed as a line of JSON so that `bench/run.ts` can make a table of all. */
export interface Finding {
  bench: string;
  claim: string;
  value: number;
  unit: string;
  /** What the design asks for at least (or at most), in words. */
  target?: string;
  met?: boolean;
  note?: string;
}

export interface Comparison {
  /** Milliseconds of each round. */
  ours: number[];
  reference: number[];
  /** Median over the rounds of reference time / our time: above 1 we are faster. */
  ratio: number;
  /** The worst round. */
  worst: number;
}

/**
 * Runs both in turn, A B A B, so that whatever else the machine does hits both alike: only the ratio within a round is
 * worth reporting. Both are warmed up first; both must return something that depends on all their work.
 */
export function compare(ours: () => unknown, reference: () => unknown, rounds = 15, warmUp = 3): Comparison {
  const time = (run: () => unknown) => {
    const start = performance.now();
    const result = run();
    const elapsed = performance.now() - start;
    if (result === undefined) throw new Error('A benchmark must return what it computed.');
    return elapsed;
  };
  for (let i = 0; i < warmUp; i++) {
    time(ours);
    time(reference);
  }
  const timesOfOurs: number[] = [];
  const timesOfReference: number[] = [];
  for (let i = 0; i < rounds; i++) {
    timesOfOurs.push(time(ours));
    timesOfReference.push(time(reference));
  }
  return comparison(timesOfOurs, timesOfReference);
}

/** The same for work that waits for something else: a database, a socket. */
export async function compareAwaited(
  ours: () => Promise<unknown>,
  reference: () => Promise<unknown>,
  rounds = 15,
  warmUp = 3,
): Promise<Comparison> {
  const time = async (run: () => Promise<unknown>) => {
    const start = performance.now();
    const result = await run();
    const elapsed = performance.now() - start;
    if (result === undefined) throw new Error('A benchmark must return what it computed.');
    return elapsed;
  };
  for (let i = 0; i < warmUp; i++) {
    await time(ours);
    await time(reference);
  }
  const timesOfOurs: number[] = [];
  const timesOfReference: number[] = [];
  for (let i = 0; i < rounds; i++) {
    timesOfOurs.push(await time(ours));
    timesOfReference.push(await time(reference));
  }
  return comparison(timesOfOurs, timesOfReference);
}

function comparison(ours: number[], reference: number[]): Comparison {
  const ratios = ours.map((each, i) => reference[i]! / each);
  return { ours, reference, ratio: median(ratios), worst: Math.min(...ratios) };
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

export const fastest = (values: readonly number[]) => Math.min(...values);

export const report = (finding: Finding) => process.stdout.write(`${JSON.stringify(finding)}\n`);
