import type { Quality, QualityFlag } from '../domain/quality.ts';
import type { Interval } from '../domain/time.ts';

export interface StoredDocument {
  interval: Interval;
  source: string;
  bars: number;
  from: string;
  to: string;
  simulated?: true;
}

interface BarValues {
  open: number | null;
  high: number | null;
  low: number | null;
  close: number | null;
  volume: number | null;
}

/** A bar that failed a check. Values are as they came, null where one is no number. */
export interface RejectedDocument {
  id: string;
  flag: QualityFlag;
  at: string;
  interval: Interval;
  source: string;
  reason: string;
  /** Line of the file that it came in. */
  row?: number;
  bar?: BarValues;
  /** What would mend it, where that is certain. */
  repair?: { rule: string; bar: BarValues };
  settled?: { as: 'accepted' | 'repaired'; rule: string; at: string };
}

export interface QualityDocument {
  symbol: string;
  interval: Interval;
  source: string;
  simulated?: boolean;
  asOf: string;
  quality: Quality;
  notices: string[];
  stored: StoredDocument[];
  rejected: RejectedDocument[];
  /** How many there are, listed or not. */
  rejectedCount: number;
}

export interface QualityOverviewDocument {
  /** `rejected` counts those that nobody settled yet. */
  stored: (StoredDocument & { symbol: string; rejected: number; flags: QualityFlag[] })[];
}

export interface SettledDocument {
  settled: RejectedDocument[];
}
