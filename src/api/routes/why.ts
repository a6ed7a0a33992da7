import type { DecisionRecord } from '../../domain/record.ts';

const flatReasons: Record<string, string> = {
  no_quorum: 'too few analysts had a view',
  inside_band: 'the conviction stayed inside the no-trade band',
};

/** In one sentence, why a decision would trade or not. */
export function whyOf(decision: Pick<DecisionRecord, 'panel' | 'verdict' | 'intent' | 'notices'>): string {
  const { panel, verdict, intent, notices } = decision;
  const { consensus } = panel;
  const conviction = `${consensus.conviction >= 0 ? '+' : ''}${consensus.conviction.toFixed(2)}`;
  if (consensus.direction === 'flat') {
    const reason = consensus.reason ? (flatReasons[consensus.reason] ?? consensus.reason) : 'the panel sees no edge';
    return `No trade: ${reason} (conviction ${conviction}).`;
  }
  // Sizing says last why it wished for nothing.
  if (!verdict || !intent)
    return `No trade: ${lower(notices.at(-1) ?? `the panel is ${consensus.direction} (${conviction})`)}`;
  if (verdict.outcome === 'rejected') {
    const failed = verdict.checks.filter((check) => !check.passed);
    const first = failed[0]?.message ?? 'risk rejected it';
    const rest = failed.length - 1;
    const more = rest > 0 ? ` ${rest} more ${rest === 1 ? 'check' : 'checks'} failed.` : '';
    return `No trade: ${lower(first.replace(/\.?$/, '.'))}${more}`;
  }
  const size = verdict.outcome === 'resized' ? ', made smaller to fit the limits' : '';
  return `The panel is ${consensus.direction} with conviction ${conviction}; every risk check passed${size}.`;
}

const lower = (sentence: string) =>
  /^[A-Z][a-z ]/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
