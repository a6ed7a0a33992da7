import { toPlain } from '../domain/canonical.ts';
import type { Verdict } from '../domain/order.ts';
import type { DecisionDocument, DecisionRecord, PanelEntry, SignalDocument, VerdictRecord } from '../domain/record.ts';
import { type AnalystName, analysts, type Vote } from '../domain/signal.ts';
import { toIso } from '../domain/time.ts';
import { contentHash } from '../journal/hash.ts';

/** A verdict as it is written down. */
export const toVerdictRecord = (verdict: Verdict | null): VerdictRecord | null =>
  verdict && {
    outcome: verdict.outcome,
    order: verdict.outcome === 'rejected' ? null : verdict.order,
    checks: verdict.checks,
    passesIf: verdict.outcome === 'rejected' ? verdict.passesIf : null,
  };

/** A record whose hash follows from the rest of it. */
export function toRecord(unhashed: Omit<DecisionRecord, 'hash'>): DecisionRecord {
  const record = { ...unhashed, hash: '' };
  return { ...record, hash: decisionHash(toDocument(record)) };
}

/** The public answer. Analysts come in their fixed order, whoever was first. */
export function toDocument(record: DecisionRecord): DecisionDocument {
  const { panel, verdict, intent } = record;
  const votes = new Map(panel.consensus.votes.map((vote) => [vote.analyst, vote]));
  const entries = analysts.flatMap((name) => panel.entries.filter((entry) => entry.signal.analyst === name));
  return {
    symbol: record.symbol,
    interval: record.interval,
    asOf: toIso(record.asOf),
    source: record.source,
    ...(record.simulated ? { simulated: true as const } : {}),
    quality: record.quality,
    signals: entries.map((entry) => toSignalDocument(entry, votes)),
    consensus: panel.consensus,
    intent: toPlain(intent),
    risk: {
      outcome: verdict?.outcome ?? 'no_trade',
      checks: verdict?.checks ?? [],
      order: toPlain(verdict?.order ?? null),
      passesIf: verdict?.passesIf ?? null,
    },
    decisionId: record.id,
    hash: record.hash,
    elapsedMs: record.elapsedMs,
    notices: record.notices,
  };
}

function toSignalDocument({ signal, evidence }: PanelEntry, votes: Map<AnalystName, Vote>): SignalDocument {
  const vote = votes.get(signal.analyst);
  const cited = new Set(signal.evidence);
  const facts = Object.entries(evidence.facts).filter(([name, fact]) => cited.has(fact.id) || cited.has(name));
  const view = signal.kind === 'view' ? signal : null;
  return {
    analyst: signal.analyst,
    kind: signal.kind,
    direction: view?.direction ?? null,
    probability: view?.probability ?? null,
    calibrated: view?.calibrated ?? null,
    confidence: view?.confidence ?? null,
    horizon: view?.horizon ?? null,
    expectedMove: view?.expectedMove ?? null,
    weight: vote?.weight ?? 0,
    contribution: vote?.contribution ?? 0,
    evidence: facts.map(([, fact]) => fact),
    rationale: signal.rationale,
    ...(signal.kind === 'abstention' ? { reason: signal.reason } : {}),
  };
}

/** Covers what was decided and on what grounds; not who asked, when, how long it took, or passing remarks. */
export function decisionHash(document: DecisionDocument): string {
  const { decisionId: _id, hash: _hash, elapsedMs: _elapsed, notices: _notices, ...decided } = document;
  return contentHash(decided);
}
