import { AppError } from '../domain/errors.ts';
import { HOUR, MINUTE } from '../domain/time.ts';
import type { ProfileName, RiskLimits, RiskPolicy } from './policy.ts';

/** Of 100,000: a position of 10,000, a daily loss of 5,000. */
const balanced: RiskLimits = {
  maxDailyLossFraction: 0.05,
  maxDailyLoss: null,
  maxDrawdown: 0.15,
  maxLossStreak: 5,
  lossStreakPauseMs: 24 * HOUR,
  minConviction: 0.15,
  requireStop: true,
  minRewardToRisk: 1,
  maxRiskPerOrderFraction: 0.01,
  maxHeat: 0.06,
  maxPositionFraction: 0.1,
  maxPositionNotional: null,
  maxOrderFraction: 0.1,
  maxOrderNotional: null,
  maxGrossExposure: 1,
  maxCurrencyExposure: 0.5,
  maxMarginUse: 0.5,
  clusterCorrelation: 0.7,
  maxClusterExposure: 0.3,
  maxPositions: 10,
  maxOrdersPerMinute: 10,
  maxOrdersPerHour: 60,
  maxOrdersPerDay: 200,
  maxSpreadMultiple: 5,
  priceCollar: 0.05,
  maxQuoteAgeMs: 15 * MINUTE,
  minQuality: 0.5,
  allowShort: true,
  universe: null,
  liveUnlocked: false,
};

export const profiles: Record<ProfileName, RiskLimits> = {
  conservative: {
    ...balanced,
    maxDailyLossFraction: 0.02,
    maxDrawdown: 0.08,
    maxLossStreak: 3,
    minConviction: 0.25,
    minRewardToRisk: 1.5,
    maxRiskPerOrderFraction: 0.005,
    maxHeat: 0.02,
    maxPositionFraction: 0.05,
    maxOrderFraction: 0.05,
    maxGrossExposure: 0.5,
    maxCurrencyExposure: 0.25,
    maxMarginUse: 0.25,
    maxClusterExposure: 0.15,
    maxPositions: 5,
    maxOrdersPerDay: 50,
    maxSpreadMultiple: 3,
    minQuality: 0.7,
    allowShort: false,
  },
  balanced,
  aggressive: {
    ...balanced,
    maxDailyLossFraction: 0.1,
    maxDrawdown: 0.3,
    maxLossStreak: 8,
    minConviction: 0.1,
    minRewardToRisk: 0.8,
    maxRiskPerOrderFraction: 0.02,
    maxHeat: 0.15,
    maxPositionFraction: 0.25,
    maxOrderFraction: 0.25,
    maxGrossExposure: 3,
    maxCurrencyExposure: 1.5,
    maxMarginUse: 0.8,
    maxClusterExposure: 0.8,
    maxPositions: 20,
    maxOrdersPerDay: 500,
    maxSpreadMultiple: 8,
    minQuality: 0.4,
  },
};

/** A profile with some limits replaced. Throws `bad_config` naming every profile, limit or value that makes no sense. */
export function riskPolicy(profile: string = 'balanced', overrides: Record<string, unknown> = {}): RiskPolicy {
  if (!Object.hasOwn(profiles, profile)) {
    throw new AppError('bad_config', `"${profile}" is not a risk profile; use ${Object.keys(profiles).join(', ')}.`);
  }
  const limits = profiles[profile as ProfileName];
  const unknown = Object.keys(overrides).filter((name) => !Object.hasOwn(limits, name));
  if (unknown.length > 0) {
    throw new AppError('bad_config', `No such limit: ${unknown.join(', ')}.`, {
      details: { known: Object.keys(limits) },
    });
  }
  const replaced = Object.entries(overrides).map(([name, value]) => [name, readLimit(name as keyof RiskLimits, value)]);
  return { profile: profile as ProfileName, limits: { ...limits, ...Object.fromEntries(replaced) } };
}

const amounts: ReadonlySet<keyof RiskLimits> = new Set(['maxDailyLoss', 'maxPositionNotional', 'maxOrderNotional']);

/** One limit as a person or a file wrote it: numbers may come as text, amounts as numbers. */
function readLimit(name: keyof RiskLimits, value: unknown): unknown {
  const refuse = (expected: string) =>
    new AppError('bad_config', `The limit ${name} must be ${expected}, not ${JSON.stringify(value)}.`);
  const usual = balanced[name];
  if (amounts.has(name)) {
    if (value === null) return null;
    const text = String(value);
    if (!/^\d{1,15}(\.\d{1,9})?$/.test(text)) throw refuse('an amount such as "10000", or null');
    return text;
  }
  if (name === 'universe') {
    const list = Array.isArray(value) && value.every((each) => typeof each === 'string');
    if (value !== null && !list) throw refuse('a list of symbols, or null');
    return value;
  }
  if (typeof usual === 'boolean') {
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw refuse('true or false');
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0) throw refuse('a number of at least 0');
  return number;
}
