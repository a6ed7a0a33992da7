import { groundedText, isGrounded } from '../../agents/grounding.ts';
import { type Grader, share } from '../case.ts';

/** Every sentence that stands has only numbers that are facts, and gives no order. */
export const grounded: Grader = (outcomes) =>
  share('grounded', outcomes, 1, ({ panel }) => {
    for (const { signal, evidence } of panel.entries) {
      if (Object.keys(evidence.facts).length === 0) continue;
      if (!isGrounded(signal.rationale, evidence)) return `${signal.analyst}: ${signal.rationale}`;
      if (signal.kind === 'view' && signal.refinedBy && groundedText(signal.rationale, evidence).struck > 0) {
        return `${signal.analyst} orders: ${signal.rationale}`;
      }
    }
    return true;
  });

/** Every citation names a fact that the analyst was shown, known by asOf. */
export const cited: Grader = (outcomes) =>
  share('cited', outcomes, 1, ({ panel }) => {
    for (const { signal, evidence } of panel.entries) {
      for (const id of signal.evidence) {
        const fact = evidence.facts[id];
        if (!fact || fact.eventTime > panel.asOf) return `${signal.analyst} cites ${id}`;
      }
    }
    return true;
  });

/** None of these words reaches a rationale. */
export const neverSays =
  (...words: string[]): Grader =>
  (outcomes) =>
    share('never says', outcomes, 1, ({ panel }) => {
      const said = panel.entries.map(({ signal }) => signal.rationale).join('\n');
      const found = words.find((word) => said.includes(word));
      return found === undefined ? true : `says "${found}"`;
    });
