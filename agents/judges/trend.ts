import { abstain, clamp, type Judge, reading, say, sentence, viewOf } from './reading.ts';

/** Below this the parts contradict each other, and a trend that is not shared is not followed. */
const SHARED = 0.2;
/** An average directional index that noise reaches, and one that it hardly does. */
const WEAK_ADX = 15;
const STRONG_ADX = 40;

/** Follows the trend that timeframes, averages and momentum share; abstains when they do not share one. */
export const judgeTrend: Judge = (evidence) => {
  const read = reading(evidence, 'trend');
  const alignment = read.number('alignment');
  const slope = read.number('slope');
  const order = read.number('ema_order');
  const momentum = read.number('momentum');
  const balance = read.number('direction_balance');
  const adx = read.number('adx');
  const breakout = read.number('breakout');
  const parts: [value: number | null, weight: number][] = [
    [alignment, 0.3],
    [slope === null ? null : clamp(slope / 2, -1, 1), 0.2],
    [order, 0.15],
    [momentum === null ? null : clamp(momentum / 2, -1, 1), 0.15],
    [balance === null ? null : clamp(balance * 1.5, -1, 1), 0.1],
    [breakout, 0.1],
  ];
  const present = parts.filter((part): part is [number, number] => part[0] !== null);
  const weight = present.reduce((sum, [, each]) => sum + each, 0);
  if (weight < 0.5) return abstain('trend-analyst', read, 'not_enough_history', 'Too few bars to see a trend.');
  const shared = present.reduce((sum, [value, each]) => sum + value * each, 0) / weight;
  const facts = [
    alignment === null ? null : `alignment of timeframes ${say(alignment)}`,
    slope === null ? null : `slope ${say(slope)} standard deviations`,
    order === null ? null : `order of averages ${say(order)}`,
    momentum === null ? null : `momentum ${say(momentum)} standard deviations`,
    adx === null ? null : `ADX ${say(adx, 1)}`,
  ];
  if (Math.abs(shared) < SHARED) {
    return abstain('trend-analyst', read, 'timeframes_disagree', sentence(['no shared trend', ...facts]));
  }
  const strength = adx === null ? 0.5 : 0.2 + 0.8 * clamp((adx - WEAK_ADX) / (STRONG_ADX - WEAK_ADX), 0, 1);
  return viewOf({
    analyst: 'trend-analyst',
    evidence,
    reading: read,
    score: shared * strength,
    volatility: read.number('volatility'),
    rationale: sentence([shared > 0 ? 'the trend is up' : 'the trend is down', ...facts, breakoutText(breakout)]),
  });
};

const breakoutText = (breakout: number | null) =>
  breakout === 1 ? 'above its recent highs' : breakout === -1 ? 'below its recent lows' : null;
