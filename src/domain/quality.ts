import type { Bar } from './bar.ts';
import type { Interval, Timestamp } from './time.ts';

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
  'one-sided',
  'future',
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
  /** The bar as it came; absent where the row could not be read as one. */
  bar?: Bar;
  /** What would mend it, where that is certain; applied only when a person asks. */
  repair?: Repair;
}

/** A mended bar is a new fact: it names the rule that made it. */
export interface Repair {
  /** E.g. `low, close x 100`. */
  rule: string;
  bar: Bar;
}

/** What a person made of a defect: took the bar as it came, or had it repaired. */
export interface Settlement {
  as: 'accepted' | 'repaired';
  /** E.g. `accepted by owner`; it is kept beside the raw values. */
  rule: string;
  /** When; the bar is known to the desk from then on. */
  at: Timestamp;
}

/** A defect in quarantine. */
export interface RejectedBar extends Defect {
  /** Names it within its symbol: interval/source/at/flag. */
  id: string;
  interval: Interval;
  source: string;
  receiveTime: Timestamp;
  settled?: Settlement;
}
