import type { Price, Quantity } from './decimal.ts';

export const assetClasses = ['fx', 'metal', 'crypto', 'equity', 'etf', 'index', 'future'] as const;
export type AssetClass = (typeof assetClasses)[number];

/** Which exchange calendar rules its sessions. */
export const calendarNames = ['fx', 'crypto', 'us-equity', 'cme-fx', 'lse', 'xetra', 'tse'] as const;
export type CalendarName = (typeof calendarNames)[number];

/** Which hours of a trading day: the auction market's own, those before and after it, or every bar there is. */
export const sessionKinds = ['regular', 'extended', 'all'] as const;
export type SessionKind = (typeof sessionKinds)[number];

/** What is traded. Exact fields are amounts, modelled ones are numbers. */
export interface Instrument {
  /** Canonical: EURUSD, BTCUSDT, AAPL, XAUUSD, SPX. */
  symbol: string;
  name: string;
  assetClass: AssetClass;
  base: string;
  quote: string;
  venue: string;
  calendar: CalendarName;
  /** Least price step. */
  tick: Price;
  /** Least quantity step; quantities are in base units, shares or coins. */
  lot: Quantity;
  minQuantity: Quantity;
  /** 0.0001 for most FX pairs, 0.01 with a JPY quote; one tick elsewhere. */
  pip: Price;
  /** Base units in one standard lot (100,000 for FX), for display. */
  contractSize: Quantity;
  /** Share of notional that must stand as margin, 0 to 1. */
  marginRate: number;
  /** Usual bid-ask spread in price units, used where no quote is known. */
  typicalSpread: number;
  tradable: boolean;
  shortable: boolean;
  /** Other spellings beyond the general rules, upper case. */
  aliases: string[];
  vendorCodes: Partial<Record<string, string>>;
}

/** An answer to a spelling: one instrument, several, or none with suggestions. */
export type Resolution =
  | { outcome: 'found'; instrument: Instrument }
  | { outcome: 'ambiguous'; candidates: string[] }
  | {
      outcome: 'unknown';
      suggestions: string[];
      /** Why what a vendor lists under exactly this name cannot be used here. */
      reason?: string;
    };

/** Whether it is a bet of one currency on another: a spot pair, or the future of one. */
export const isCurrencyPair = ({ assetClass, base, quote }: Pick<Instrument, 'assetClass' | 'base' | 'quote'>) =>
  assetClass === 'fx' || (assetClass === 'future' && /^[A-Z]{3}$/.test(base) && base !== quote);
