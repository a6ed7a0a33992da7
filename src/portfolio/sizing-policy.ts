/** How large a position may be wished for. JSON-able; fractions of equity unless said otherwise. */
export interface SizingPolicy {
  /** Equity at risk between entry and stop. */
  riskFraction: number;
  /** Share of the full Kelly stake that is taken. */
  kellyFraction: number;
  /** One day's standard deviation of the position, as a fraction of equity. */
  volatilityTarget: number;
  /** Distance of the stop, in average true ranges. */
  stopAtr: number;
  /** Distance of the target, in stop distances. */
  rewardToRisk: number;
}

export const defaultSizingPolicy: SizingPolicy = {
  riskFraction: 0.01,
  kellyFraction: 0.25,
  volatilityTarget: 0.01,
  stopAtr: 2,
  rewardToRisk: 1.5,
};
