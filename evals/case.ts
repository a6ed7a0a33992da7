import type { Panel } from '../src/domain/record.ts';
import type { DatedFacts } from '../src/evidence/situation.ts';
import type { Model } from '../src/ports/model.ts';

/** What a case asks of the desk: is it right, silent when it should be, calibrated, grounded, safe, sturdy? */
export const groups = ['right', 'silent', 'calibrated', 'grounded', 'safe', 'sturdy'] as const;
export type Group = (typeof groups)[number];

/** A world with a known truth, run over several seeds through the whole panel. */
export interface EvalCase {
  id: string;
  group: Group;
  about: string;
  seeds: readonly number[];
  facts(seed: number): DatedFacts;
  /** ln of the price a horizon after asOf over the price at it, where the case knows its future. */
  move?(seed: number): number;
  /** The model that shades views; none when absent. */
  model?(): Model;
  graders: readonly Grader[];
}

export interface Outcome {
  seed: number;
  facts: DatedFacts;
  panel: Panel;
  move?: number;
}

export interface Grade {
  grader: string;
  score: number;
  /** What the score must reach. */
  threshold: number;
  passed: boolean;
  detail: string;
}

export type Grader = (outcomes: readonly Outcome[]) => Grade;

/** A grade from a score that must reach its threshold. */
export const gradeOf = (grader: string, score: number, threshold: number, detail = ''): Grade => ({
  grader,
  score,
  threshold,
  passed: score >= threshold,
  detail,
});

/** Share of outcomes that satisfy a test; the first that does not is shown. */
export function share(
  grader: string,
  outcomes: readonly Outcome[],
  threshold: number,
  test: (outcome: Outcome) => true | string,
): Grade {
  const results = outcomes.map((outcome) => ({ seed: outcome.seed, result: test(outcome) }));
  const wrong = results.find(({ result }) => result !== true);
  const right = results.filter(({ result }) => result === true).length;
  return gradeOf(
    grader,
    outcomes.length === 0 ? 0 : right / outcomes.length,
    threshold,
    wrong ? `seed ${wrong.seed}: ${wrong.result}` : '',
  );
}

export const seeds = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i);
