/** What is wrong with facts, as a closed list; `docs/data-quality.md` explains each. */
export const qualityFlags = [
  'gap',
  'duplicate',
  'out-of-order',
  'bounds',
  'not-positive',
  'spike',
  'wrong-scale',
  'crossed',
  'unadjusted-split',
  'bad-dividend',
  'stale',
  'sources-disagree',
  'simulated',
  'short-history',
] as const;
export type QualityFlag = (typeof qualityFlags)[number];

/** Rides with every snapshot and feeds risk. Score 1 is clean, 0 unusable. */
export interface Quality {
  score: number;
  flags: QualityFlag[];
  /** Fresh facts follow the market; stale ones are the newest there are but too old for the clock. */
  stale: boolean;
  checkedBars: number;
  rejectedBars: number;
}

/** A bar that failed a check, kept apart with its reason; never mended, never dropped silently. */
export interface Defect {
  flag: QualityFlag;
  /** Opening time of the bar, or the row's own text where no time could be read. */
  at: string;
  row?: number;
  reason: string;
}
