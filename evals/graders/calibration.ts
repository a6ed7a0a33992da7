import type { View } from '../../src/domain/signal.ts';
import { type Grader, gradeOf, type Outcome, share } from '../case.ts';

const viewsOf = ({ panel }: Outcome) =>
  panel.entries.map(({ signal }) => signal).filter((signal): signal is View => signal.kind === 'view');

/** No view claims a probability that nothing has been settled for, and none calls itself calibrated. */
export const modestViews: Grader = (outcomes) =>
  share('modest', outcomes, 1, (outcome) => {
    const loud = viewsOf(outcome).find(
      ({ probability, confidence, calibrated }) =>
        calibrated || probability < 0.5 || probability > 0.62 || confidence < 0 || confidence > 0.9,
    );
    return loud ? `${loud.analyst}: p ${loud.probability}, c ${loud.confidence}` : true;
  });

/** Mean squared error of the directional views' probabilities on what followed; 0.25 is a coin. */
export const brierAtMost =
  (most: number): Grader =>
  (outcomes) => {
    const errors = outcomes.flatMap((outcome) =>
      viewsOf(outcome)
        .filter(({ direction }) => direction !== 'flat')
        .map(({ direction, probability }) => {
          const right = direction === 'long' ? outcome.move! > 0 : outcome.move! < 0;
          return (probability - (right ? 1 : 0)) ** 2;
        }),
    );
    const brier = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const grade = gradeOf('Brier', brier, most, `${errors.length} views; at most the threshold`);
    return { ...grade, passed: brier <= most };
  };

/** Surer views come true more often: mean confidence of the right ones over that of the wrong ones. */
export const confidenceSeparates =
  (least: number): Grader =>
  (outcomes) => {
    const views = outcomes.flatMap((outcome) =>
      viewsOf(outcome)
        .filter(({ direction }) => direction !== 'flat')
        .map(({ direction, confidence }) => ({
          confidence,
          right: direction === 'long' ? outcome.move! > 0 : outcome.move! < 0,
        })),
    );
    const mean = (right: boolean) => {
      const some = views.filter((view) => view.right === right);
      return some.reduce((sum, view) => sum + view.confidence, 0) / Math.max(1, some.length);
    };
    const detail = `right ${mean(true).toFixed(2)}, wrong ${mean(false).toFixed(2)}`;
    return gradeOf('confidence separates', mean(true) / mean(false), least, detail);
  };
