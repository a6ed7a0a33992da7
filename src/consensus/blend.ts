import {
  type AnalystName,
  analysts,
  type Consensus,
  type Direction,
  directionSign,
  type Horizon,
  type Signal,
  type View,
} from '../domain/signal.ts';
import type { ConsensusPolicy } from './policy.ts';

export interface BlendOptions {
  /** Weight in force of every analyst: prior × skill. Absent analysts count against the quorum. */
  weights: Record<AnalystName, number>;
  held: Direction;
  policy: ConsensusPolicy;
  horizon: Horizon;
}

const strength = (view: View) => directionSign[view.direction] * view.confidence;
/** That the price rises: a flat view gives even odds. */
const riseProbability = (view: View) =>
  view.direction === 'long' ? view.probability : view.direction === 'short' ? 1 - view.probability : 0.5;

/**
 * Many signals, one decision. Conviction is the weighted mean of sign × confidence over the views: an abstention takes
 * no part in it, while a flat view pulls it to zero. Pure, and independent of the order of the signals.
 */
export function blend(signals: readonly Signal[], options: BlendOptions): Consensus {
  const { weights, held, policy, horizon } = options;
  const ordered = analysts.flatMap((name) => signals.filter((signal) => signal.analyst === name).slice(0, 1));
  const views = ordered.filter((signal): signal is View => signal.kind === 'view' && weightOf(weights, signal) > 0);
  const total = analysts.reduce((sum, name) => sum + Math.max(0, weights[name]), 0);
  const present = views.reduce((sum, view) => sum + weightOf(weights, view), 0);
  const share = (signal: Signal) =>
    signal.kind === 'view' && present > 0 ? Math.max(0, weightOf(weights, signal)) / present : 0;
  const mean = (of: (view: View) => number) => views.reduce((sum, view) => sum + share(view) * of(view), 0);

  const votes = ordered.map((signal) => {
    const weight = share(signal);
    return { analyst: signal.analyst, weight, contribution: signal.kind === 'view' ? weight * strength(signal) : 0 };
  });
  const conviction = votes.reduce((sum, vote) => sum + vote.contribution, 0);
  const dissent = Math.min(1, Math.sqrt(mean((view) => (strength(view) - conviction) ** 2)));
  const quorum = { present: total > 0 ? present / total : 0, required: policy.quorum, met: false };
  // A share that is a sum of decimals may miss its limit by rounding alone.
  quorum.met = views.length > 0 && quorum.present + 1e-12 >= policy.quorum;

  const direction = quorum.met ? leaveBand(conviction, held, policy) : 'flat';
  // Shares may sum to a hair more than one.
  const rise = views.length > 0 ? Math.min(1, mean(riseProbability)) : 0.5;
  return {
    direction,
    conviction,
    probability: direction === 'short' ? 1 - rise : rise,
    calibrated: views.length > 0 && views.every((view) => view.calibrated),
    confidence:
      Math.min(
        1,
        mean((view) => view.confidence),
      ) *
      (1 - dissent),
    expectedMove: mean((view) => view.expectedMove),
    horizon,
    quorum,
    band: { enter: policy.enter, exit: policy.exit, held },
    dissent,
    votes,
    ...(direction === 'flat' ? { reason: quorum.met ? 'inside_band' : 'no_quorum' } : {}),
  };
}

const weightOf = (weights: Record<AnalystName, number>, signal: Signal) => weights[signal.analyst] ?? 0;

/** Opening needs `enter`; a held direction stays until conviction falls below `exit`, and turns only beyond `enter`. */
function leaveBand(conviction: number, held: Direction, policy: ConsensusPolicy): Direction {
  const sign = conviction > 0 ? 'long' : 'short';
  const size = Math.abs(conviction);
  if (held === sign) return size >= policy.exit && size > 0 ? sign : 'flat';
  return size >= policy.enter && size > 0 ? sign : 'flat';
}
