import { z } from 'zod';
import type { Evidence, PanelEntry } from '../src/domain/record.ts';
import type { Signal, View } from '../src/domain/signal.ts';
import { toIso } from '../src/domain/time.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Model } from '../src/ports/model.ts';
import type { Analyst } from './analyst.ts';
import { applyProposal, type Proposal } from './bounds.ts';
import type { Prompts } from './prompts.ts';

/** The whole of what a model can say. Anything beyond it has nowhere to go. */
export const Refinement = z.object({
  direction: z.enum(['long', 'flat', 'short']),
  confidence: z.number().min(0).max(1),
  rationale: z.string().max(4_000),
});

export interface RefineDeps {
  model: Model;
  prompts: Prompts;
  clock: Clock;
  /** Milliseconds for the whole call. */
  deadlineMs: number;
}

export type Refined = Pick<PanelEntry, 'signal' | 'refinement'>;

/** A model may shade a view and word its rationale; when it fails in any way the judged signal stands, and says why. */
export async function refine(
  analyst: Pick<Analyst, 'name' | 'thinkingTokens'>,
  judged: Signal,
  evidence: Evidence,
  { model, prompts, clock, deadlineMs }: RefineDeps,
  context: { decisionId?: string; signal?: AbortSignal } = {},
): Promise<Refined> {
  // Without facts there is nothing to shade: an abstention is never talked into a view.
  if (judged.kind === 'abstention' || !model.available) return { signal: judged };
  const template = prompts.get(analyst.name);
  const rendered = template.render(variables(judged, evidence));
  const startedAt = clock.now();
  const stop = new AbortController();
  const asked = model
    .generate({
      ...rendered,
      schema: Refinement,
      deadlineMs,
      thinkingTokens: analyst.thinkingTokens,
      decisionId: context.decisionId,
      signal: context.signal,
    })
    .catch((failure: unknown) => unanswered(model.name, failure instanceof Error ? failure.message : String(failure)));
  // The port promises a deadline of its own; a model that breaks the promise must not hold up the panel.
  const late = clock.sleep(deadlineMs + 500, stop.signal).then(
    () => unanswered(model.name, `no answer within ${deadlineMs} ms`, 'timeout'),
    () => unanswered(model.name, 'stopped'),
  );
  const answer = await Promise.race([asked, late]);
  stop.abort();

  const common = {
    model: answer.model,
    promptVersion: template.version,
    prompt: `${rendered.system}\n\n${rendered.prompt}`,
    ...(answer.text === undefined ? {} : { answer: answer.text }),
    costUsd: answer.costUsd,
    elapsedMs: clock.now() - startedAt,
  };
  if (answer.outcome === 'unanswered') {
    const failure = `${answer.reason}: ${answer.message}`;
    return { signal: { ...judged, unrefined: failure }, refinement: { ...common, failure } };
  }
  const shaded = applyProposal(judged, answer.value, evidence);
  const proposal: Proposal = {
    direction: shaded.direction,
    confidence: shaded.confidence,
    rationale: shaded.rationale,
  };
  return { signal: { ...shaded, refinedBy: answer.model }, refinement: { ...common, proposal } };
}

const unanswered = (model: string, message: string, reason: 'timeout' | 'unavailable' = 'unavailable') => ({
  outcome: 'unanswered' as const,
  reason,
  message,
  model,
  costUsd: null,
  elapsedMs: 0,
  text: undefined,
});

/** Facts as data, outsiders' words apart and marked as such. */
function variables(judged: View, evidence: Evidence): Record<string, string> {
  const facts = Object.values(evidence.facts).map(({ id, value, unit }) => ({ id, value, ...(unit ? { unit } : {}) }));
  const { direction, confidence, rationale, horizon } = judged;
  const headlines = (evidence.quotes ?? []).map(({ id, text }) => ({ id, untrusted_text: text }));
  return {
    symbol: evidence.symbol,
    interval: evidence.interval,
    asOf: toIso(evidence.asOf),
    facts: lines(facts),
    judged: JSON.stringify({ direction, confidence, horizon, rationale }),
    headlines: headlines.length > 0 ? lines(headlines) : 'none',
  };
}

const lines = (list: readonly unknown[]) => list.map((each) => JSON.stringify(each)).join('\n');
