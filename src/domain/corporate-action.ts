import type { Timestamp } from './time.ts';

interface Dated {
  /** Stays when a later answer corrects the terms. */
  id: string;
  symbol: string;
  /** From when prices show it: midnight UTC of the ex-date; of earnings, when they are (to be) published. */
  effectiveTime: Timestamp;
  /** When the market could know: announcement, or the ex-date where the vendor tells no other. */
  eventTime: Timestamp;
  receiveTime: Timestamp;
  source: string;
  simulated?: boolean;
}

/** What a company did to its shares, or tells about its business. Observed, so numbers. */
export type CorporateAction = Dated &
  (
    | { kind: 'split' /** New shares for one old one: 4 for 4:1, 0.1 for 1:10. */; ratio: number }
    | { kind: 'dividend' /** For one share, as it was then. */; amount: number; currency: string; payTime?: Timestamp }
    | {
        kind: 'earnings';
        /** E.g. 2025Q3. */
        period: string;
        /** Per share. */
        forecast?: number;
        actual?: number;
        previous?: number;
        currency?: string;
        /** The day is expected, not confirmed: the company has not named it, or the vendor does not tell which. */
        estimatedDate?: true;
      }
  );
