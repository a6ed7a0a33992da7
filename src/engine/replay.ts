import { blend } from '../consensus/blend.ts';
import { canonicalJson } from '../domain/canonical.ts';
import type { DecisionRecord, Evidence, PanelEntry } from '../domain/record.ts';
import type { AnalystName, Signal, View } from '../domain/signal.ts';
import { decide } from './decide.ts';
import { decisionHash, toDocument, toVerdictRecord } from './decision-record.ts';
import type { Policy } from './desk.ts';

type Proposal = NonNullable<NonNullable<PanelEntry['refinement']>['proposal']>;

export interface ReplayTools {
  /** The pure judges: evidence to signal. */
  judges: Record<AnalystName, (evidence: Evidence) => Signal>;
  /** Shades a judged view by a model's proposal, within its bounds, as the panel did. Needed where one was made. */
  applyProposal?: (judged: View, proposal: Proposal, evidence: Evidence) => View;
}

export interface Replay {
  /** Of the decision as recomputed. */
  hash: string;
  equal: boolean;
  /** What came out differently, part by part; empty when equal. */
  differences: string[];
}

/** Abstentions that the world caused and no judge: they are inputs, like a timeout, and stand as recorded. */
const worldly: ReadonlySet<string> = new Set(['deadline', 'failed']);

/**
 * Decides again from what the record holds, with no clock, store or network: evidence to judged signals, proposals to
 * shaded ones, then consensus, size and verdict. Nothing is copied from the old answer but its inputs.
 */
export function replay(record: DecisionRecord, { judges, applyProposal }: ReplayTools): Replay {
  const differences: string[] = [];
  const compare = (what: string, now: unknown, then: unknown) => {
    if (canonicalJson(now ?? null) !== canonicalJson(then ?? null)) differences.push(`${what} differs`);
  };
  const policy = record.policy as Policy;

  const entries = record.panel.entries.map((entry): PanelEntry => {
    const { analyst } = entry.signal;
    const caused = entry.judged.kind === 'abstention' && worldly.has(entry.judged.reason);
    const judged = caused ? entry.judged : judges[analyst](entry.evidence);
    compare(`${analyst}: the judged signal`, judged, entry.judged);
    const signal = refinedAgain(judged, entry, applyProposal, differences);
    compare(`${analyst}: the signal`, signal, entry.signal);
    return { ...entry, judged, signal };
  });

  const recorded = record.panel.consensus;
  const consensus = blend(
    entries.map((entry) => entry.signal),
    {
      weights: record.panel.weights as Record<AnalystName, number>,
      held: recorded.band.held,
      policy: policy.consensus,
      horizon: recorded.horizon,
    },
  );
  compare('the consensus', consensus, recorded);

  const panel = { ...record.panel, entries, consensus };
  const { accountBefore: account, market } = record;
  const decision = decide({ panel, account, market, policy, origin: record.origin });
  const verdict = toVerdictRecord(decision.verdict);
  compare('the intent', decision.intent, record.intent);
  compare('the verdict', verdict, record.verdict);

  const hash = decisionHash(toDocument({ ...record, panel, intent: decision.intent, verdict }));
  if (hash !== record.hash && differences.length === 0) differences.push('the document differs');
  return { hash, equal: hash === record.hash && differences.length === 0, differences };
}

function refinedAgain(
  judged: Signal,
  { signal, refinement, evidence }: PanelEntry,
  applyProposal: ReplayTools['applyProposal'],
  differences: string[],
): Signal {
  if (judged.kind === 'abstention' || signal.kind === 'abstention') return judged;
  if (refinement?.proposal) {
    if (applyProposal) return { ...applyProposal(judged, refinement.proposal, evidence), refinedBy: refinement.model };
    differences.push(`${signal.analyst}: a model's proposal cannot be applied without its bounds`);
    return judged;
  }
  // No proposal: the judged signal stands, with the note why none was made.
  return signal.unrefined === undefined ? judged : { ...judged, unrefined: signal.unrefined };
}
