/**
 * What the rules compare with. JSON-able: amounts are decimal text in the account's currency, fractions are of equity
 * (daily loss: of the day's first equity). An amount, where given, replaces the fraction beside it.
 */
export interface RiskLimits {
  maxDailyLossFraction: number;
  maxDailyLoss: string | null;
  maxDrawdown: number;
  /** Losing trades in a row before a pause of `lossStreakPauseMs`. */
  maxLossStreak: number;
  lossStreakPauseMs: number;
  minConviction: number;
  requireStop: boolean;
  minRewardToRisk: number;
  maxRiskPerOrderFraction: number;
  maxHeat: number;
  maxPositionFraction: number;
  maxPositionNotional: string | null;
  maxOrderFraction: number;
  maxOrderNotional: string | null;
  maxGrossExposure: number;
  maxCurrencyExposure: number;
  /** Margin in use / equity. */
  maxMarginUse: number;
  /** Correlation from which two holdings count as one bet, and how large that bet may be. */
  clusterCorrelation: number;
  maxClusterExposure: number;
  maxPositions: number;
  maxOrdersPerMinute: number;
  maxOrdersPerHour: number;
  maxOrdersPerDay: number;
  /** In usual spreads of the instrument. */
  maxSpreadMultiple: number;
  /** Distance of an order's price from the market, as a fraction of price. */
  priceCollar: number;
  maxQuoteAgeMs: number;
  minQuality: number;
  allowShort: boolean;
  /** Canonical symbols that may be traded; null for every tradable instrument. */
  universe: string[] | null;
  /** Set only by the unlock procedure; paper needs none. */
  liveUnlocked: boolean;
}

export type ProfileName = 'conservative' | 'balanced' | 'aggressive';

export interface RiskPolicy {
  profile: ProfileName;
  limits: RiskLimits;
}
