import { type AnalystName, analysts, priorWeights, type SettledForecast } from '../domain/signal.ts';
import type { Interval } from '../domain/time.ts';

/** Skill multiplies a prior weight by no more and no less than this. */
export const LEAST_SKILL = 0.25;
export const MOST_SKILL = 4;

export interface SkillOptions {
  /** Prior weights; the desk's own when absent. */
  prior?: Record<AnalystName, number>;
  /** Where the weights will be used: forecasts made under the same conditions count more. */
  assetClass?: string;
  interval?: Interval;
  regime?: string;
  /** How many forecasts the prior is worth; the more, the slower the desk learns. */
  priorForecasts?: number;
}

/** What a coin scores on every forecast. */
const COIN = Math.log(0.5);

/**
 * Weights in force: prior × skill, scaled to sum 1. Skill is the mean log score over a coin, shrunk step by step from all
 * settled forecasts to those of the same asset class, interval and regime: each narrower group starts from what the
 * wider one says. A forecaster without a record keeps the prior; one at chance neither wins nor loses.
 */
export function skillWeights(
  settled: readonly SettledForecast[],
  options: SkillOptions = {},
): Record<AnalystName, number> {
  const prior = options.prior ?? priorWeights;
  const raw = analysts.map((name) => prior[name] * skillOf(name, settled, options));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const weights = analysts.map((name, index) => [name, total > 0 ? raw[index]! / total : prior[name]] as const);
  return Object.fromEntries(weights) as Record<AnalystName, number>;
}

/** The multiplier of one analyst, in [0.25, 4]; 1 without a record. */
export function skillOf(name: AnalystName, settled: readonly SettledForecast[], options: SkillOptions = {}): number {
  const { assetClass, interval, regime, priorForecasts = 50 } = options;
  const own = settled.filter((forecast) => forecast.analyst === name);
  const sameClass = assetClass === undefined ? [] : own.filter((forecast) => forecast.assetClass === assetClass);
  const sameInterval = interval === undefined ? [] : sameClass.filter((forecast) => forecast.interval === interval);
  const sameRegime = regime === undefined ? [] : sameInterval.filter((forecast) => forecast.regime === regime);
  let edge = 0;
  for (const group of [own, sameClass, sameInterval, sameRegime]) {
    const sum = group.reduce((total, forecast) => total + forecast.logScore - COIN, 0);
    edge = (sum + priorForecasts * edge) / (group.length + priorForecasts);
  }
  // Log scores add up to evidence; no record, however long, speaks louder than `priorForecasts` forecasts.
  return Math.min(MOST_SKILL, Math.max(LEAST_SKILL, Math.exp(priorForecasts * edge)));
}
