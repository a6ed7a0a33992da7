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
  const news = freshness(own);
  let edge = 0;
  for (const group of [own, sameClass, sameInterval, sameRegime]) {
    let sum = 0;
    let count = 0;
    for (const forecast of group) {
      const weight = news.get(forecast)!;
      sum += weight * (forecast.logScore - COIN);
      count += weight;
    }
    edge = (sum + priorForecasts * edge) / (count + priorForecasts);
  }
  // Log scores add up to evidence; no record, however long, speaks louder than `priorForecasts` forecasts.
  return Math.min(MOST_SKILL, Math.max(LEAST_SKILL, Math.exp(priorForecasts * edge)));
}

/**
 * How much of each forecast's time no earlier one of the same symbol covers, 0 to 1. Forecasts that overlap are right or
 * wrong together, and asking the same question fifty times proves nothing fifty times.
 */
function freshness(own: readonly SettledForecast[]): Map<SettledForecast, number> {
  const covered = new Map<string, number>();
  const shares = new Map<SettledForecast, number>();
  for (const forecast of [...own].sort((a, b) => a.madeAt - b.madeAt || (a.id < b.id ? -1 : 1))) {
    const { symbol, madeAt, settlesAt } = forecast;
    const until = covered.get(symbol) ?? madeAt;
    const span = settlesAt - madeAt;
    shares.set(forecast, span > 0 ? Math.min(1, Math.max(0, settlesAt - Math.max(madeAt, until)) / span) : 0);
    covered.set(symbol, Math.max(until, settlesAt));
  }
  return shares;
}
