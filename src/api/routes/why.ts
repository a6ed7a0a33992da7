import type { DecisionRecord } from '../../domain/record.ts';

const flatReasons: Record<string, string> = {
  no_quorum: 'too few analysts had a view',
  inside_band: 'the conviction stayed inside the no-trade band',
};

/** In one sentence, why a decision would trade or not. */
export function whyOf({ panel, verdict, intent }: Pick<DecisionRecord, 'panel' | 'verdict' | 'intent'>): string {
  const { consensus } = panel;
  const conviction = `${consensus.conviction >= 0 ? '+' : ''}${consensus.conviction.toFixed(2)}`;
  if (consensus.direction === 'flat') {
    const reason = consensus.reason ? (flatReasons[consensus.reason] ?? consensus.reason) : 'the panel sees no edge';
    return `No trade: ${reason} (conviction ${conviction}).`;
  }
  if (!verdict || !intent)
    return `No trade: the panel is ${consensus.direction} (${conviction}), but no order came of it.`;
  if (verdict.outcome === 'rejected') {
    const failed = verdict.checks.filter((check) => !check.passed);
    const first = failed[0]?.message ?? 'risk rejected it';
    const more = failed.length > 1 ? ` and ${failed.length - 1} more` : '';
    return `No trade: ${first.replace(/\.$/, '')}${more}.`;
  }
  const size = verdict.outcome === 'resized' ? ', made smaller to fit the limits' : '';
  return `The panel is ${consensus.direction} with conviction ${conviction}; every risk check passed${size}.`;
}
