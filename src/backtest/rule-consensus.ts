import type { Consensus, Direction, Horizon } from '../domain/signal.ts';
import type { Target } from '../strategies/index.ts';

/**
 * A rule claims no probability, but sizing asks for one. This is just enough for the Kelly stake not to be the least of
 * the candidates, so that fixed risk and volatility decide.
 */
export const RULE_PROBABILITY = 0.55;

const directions: Record<Target, Direction> = { 1: 'long', 0: 'flat', [-1]: 'short' };

export const directionOf = (target: Target): Direction => directions[target];

/** What a rule-based strategy wants, in the form in which sizing and risk take the panel's consensus. */
export function ruleConsensus(target: Target, held: Direction, horizon: Horizon): Consensus {
  return {
    direction: directionOf(target),
    conviction: target,
    probability: target === 0 ? 0.5 : RULE_PROBABILITY,
    calibrated: false,
    confidence: Math.abs(target),
    expectedMove: 0,
    horizon,
    quorum: { present: 1, required: 0, met: true },
    band: { enter: 0, exit: 0, held },
    dissent: 0,
    votes: [],
    ...(target === 0 ? { reason: 'inside_band' } : {}),
  };
}
