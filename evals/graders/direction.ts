import type { AnalystName, Direction, Signal } from '../../src/domain/signal.ts';
import { type Grader, share } from '../case.ts';

const signalOf = (signals: readonly { signal: Signal }[], analyst: AnalystName) =>
  signals.find(({ signal }) => signal.analyst === analyst)!.signal;

/** The consensus takes the side that was planted, in at least this share of the worlds. */
export const consensusIs =
  (direction: Direction, least: number): Grader =>
  (outcomes) =>
    share(`consensus ${direction}`, outcomes, least, ({ panel: { consensus } }) =>
      consensus.direction === direction ? true : `${consensus.direction} (${consensus.conviction.toFixed(2)})`,
    );

/** The consensus never takes the side opposite to what was planted, or at most in the rest of the worlds. */
export const consensusIsNot =
  (direction: Direction, least: number): Grader =>
  (outcomes) =>
    share(`consensus not ${direction}`, outcomes, least, ({ panel: { consensus } }) =>
      consensus.direction !== direction ? true : `${direction} (${consensus.conviction.toFixed(2)})`,
    );

export const analystSays =
  (analyst: AnalystName, direction: Direction, least = 1): Grader =>
  (outcomes) =>
    share(`${analyst} ${direction}`, outcomes, least, ({ panel }) => {
      const signal = signalOf(panel.entries, analyst);
      if (signal.kind === 'abstention') return `abstains: ${signal.reason}`;
      return signal.direction === direction ? true : `${signal.direction} (${signal.confidence.toFixed(2)})`;
    });

export const analystAbstains =
  (analyst: AnalystName, reason: string): Grader =>
  (outcomes) =>
    share(`${analyst} ${reason}`, outcomes, 1, ({ panel }) => {
      const signal = signalOf(panel.entries, analyst);
      return signal.kind === 'abstention' && signal.reason === reason ? true : JSON.stringify(signal).slice(0, 120);
    });

/** Mean |conviction| stays at or under a bound: noise must not sound like a view. */
export const quiet =
  (most: number): Grader =>
  (outcomes) => {
    const mean = outcomes.reduce((sum, { panel }) => sum + Math.abs(panel.consensus.conviction), 0) / outcomes.length;
    return {
      grader: 'mean conviction',
      score: mean,
      threshold: most,
      passed: mean <= most,
      detail: 'at most the threshold',
    };
  };
