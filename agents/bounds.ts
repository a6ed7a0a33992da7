import type { Evidence, PanelEntry } from '../src/domain/record.ts';
import { type Direction, directionSign, type View } from '../src/domain/signal.ts';
import { groundedText } from './grounding.ts';
import { clamp, MOST_CONFIDENT, modest } from './judges/reading.ts';

/** What a model may propose: never a size, a price, an order or a limit. */
export type Proposal = NonNullable<NonNullable<PanelEntry['refinement']>['proposal']>;

/** How far a model may move a judged confidence. */
export const MOST_SHADE = 0.25;
/** Up to this confidence the evidence is mixed, and its direction may be read the other way. */
export const MIXED = 0.25;

/**
 * The judged view shaded by a proposal, within bounds. Pure, and idempotent: a proposal that was bounded before changes
 * nothing more, so that a replay gives the same view.
 */
export function applyProposal(judged: View, proposal: Proposal, evidence: Evidence): View {
  const direction = boundedDirection(judged, proposal.direction ?? judged.direction, evidence);
  const confidence = boundedConfidence(judged, direction, proposal.confidence ?? judged.confidence, evidence);
  const grounded = groundedText(proposal.rationale ?? '', evidence).text;
  const same = direction === judged.direction && confidence === judged.confidence;
  const share = judged.confidence > 0 ? Math.min(2, confidence / judged.confidence) : 0;
  return {
    ...judged,
    direction,
    confidence,
    // What was measured on settled forecasts was measured on the judged view.
    calibrated: judged.calibrated && same,
    probability: same ? judged.probability : direction === 'flat' ? 0.5 : modest(confidence),
    expectedMove: same ? judged.expectedMove : directionSign[direction] * Math.abs(judged.expectedMove) * share,
    rationale: grounded === '' ? judged.rationale : grounded,
  };
}

/** A turn needs mixed evidence; a view that rests on outsiders' words, or on hazards, is never turned. */
function boundedDirection(judged: View, proposed: Direction, evidence: Evidence): Direction {
  const fixed = evidence.quotes !== undefined || judged.analyst === 'risk-analyst';
  return proposed !== judged.direction && (fixed || judged.confidence > MIXED) ? judged.direction : proposed;
}

/** Neither the confidence nor the signed strength moves by more than the bound; words of outsiders keep their cap. */
function boundedConfidence(judged: View, direction: Direction, proposed: number, evidence: Evidence): number {
  if (!Number.isFinite(proposed)) return judged.confidence;
  const cap = evidence.facts['news.cap']?.value;
  const capped = typeof cap === 'number' ? Math.max(cap, judged.confidence) : MOST_CONFIDENT;
  const turned = direction !== judged.direction && direction !== 'flat';
  const against = directionSign[judged.direction] === 0 ? 0 : judged.confidence;
  const most = turned ? Math.max(0, MOST_SHADE - against) : judged.confidence + MOST_SHADE;
  return clamp(proposed, turned ? 0 : Math.max(0, judged.confidence - MOST_SHADE), Math.min(capped, most));
}
