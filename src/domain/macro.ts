import type { Timestamp } from './time.ts';

export type MacroFrequency = 'daily' | 'weekly' | 'monthly' | 'quarterly' | 'annual' | 'irregular';

/** A statistic that an office publishes again and again, e.g. FRED's CPIAUCSL. */
export interface MacroSeries {
  id: string;
  title: string;
  /** E.g. Percent, Index 1982-1984=100. */
  unit: string;
  frequency: MacroFrequency;
  /** The economy it describes, by its currency: USD, EUR. */
  currency: string;
  source: string;
}

/** One value for one period, of one release: a revision is another observation with a later `eventTime`. */
export interface MacroObservation {
  series: string;
  /** First moment of the period that the value describes. */
  period: Timestamp;
  value: number;
  /** When this value was published. */
  eventTime: Timestamp;
  receiveTime: Timestamp;
  source: string;
  /** The vendor told no release date: `eventTime` is a cautious guess by the series' usual delay. */
  estimatedRelease?: boolean;
  simulated?: boolean;
}
