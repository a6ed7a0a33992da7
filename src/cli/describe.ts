import type { DecisionDocument } from '../domain/record.ts';

const percent = (value: number | null) => (value === null ? '' : `${(value * 100).toFixed(0)} %`);

/** A decision as a person reads it in a terminal. */
export function describeDecision(decision: DecisionDocument): string {
  const { consensus, intent, risk } = decision;
  const marks = [decision.simulated ? 'SIMULATED' : '', decision.quality.stale ? 'STALE' : '']
    .filter(Boolean)
    .join(' ');
  const lines = [
    `${decision.symbol} ${decision.interval} as of ${decision.asOf}, from ${decision.source}${marks ? ` [${marks}]` : ''}`,
    '',
    ...decision.signals.map(({ analyst, kind, direction, confidence, contribution, rationale }) =>
      kind === 'view'
        ? `  ${analyst.padEnd(14)} ${(direction ?? '').padEnd(6)} ${percent(confidence).padStart(5)}  ${signed(contribution).padStart(7)}  ${rationale}`
        : `  ${analyst.padEnd(14)} ${'no view'.padEnd(6)} ${''.padStart(4)}  ${''.padStart(7)}  ${rationale}`,
    ),
    '',
    `Consensus: ${consensus.direction}, conviction ${signed(consensus.conviction)}, probability ${percent(consensus.probability)}${consensus.calibrated ? '' : ' (not calibrated yet)'}${consensus.reason ? ` (${consensus.reason})` : ''}`,
    intent
      ? `Order: ${intent.side} ${intent.quantity} ${intent.symbol} ${intent.type}, stop ${intent.stopLoss ?? 'none'}, target ${intent.takeProfit ?? 'none'} (${intent.sizing.chosen})`
      : 'Order: none',
    `Risk: ${risk.outcome}${risk.passesIf ? `; would pass if ${risk.passesIf}` : ''}`,
    ...risk.checks.filter(({ passed }) => !passed).map(({ code, message }) => `  failed ${code}: ${message}`),
    ...decision.notices.map((notice) => `Note: ${notice}`),
    '',
    `Decision ${decision.decisionId}, hash ${decision.hash.slice(0, 16)}, ${Math.round(decision.elapsedMs)} ms. Not investment advice.`,
  ];
  return lines.join('\n');
}

const signed = (value: number) => `${value >= 0 ? '+' : ''}${value.toFixed(3)}`;
