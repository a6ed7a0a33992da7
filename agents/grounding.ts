import type { Evidence } from '../src/domain/record.ts';

/** A sentence about how much, where to stop or how to order is not an analyst's to write. */
const instructing =
  /\b(?:lots?|shares|contracts|units|leverage|position siz\w+|stop[- ]loss|take[- ]profit|(?:buy|sell|order)\s+(?:at\s+)?\d|place (?:an? )?(?:order|trade))\b/i;

const RATIONALE_CAP = 600;
const numeral = /(?<![\w.])[-+−]?\d[\d,]*(?:\.\d+)?(?:\s?%)?/g;

/** A rationale without the sentences whose numbers match no fact, and without those that instruct. */
export function groundedText(text: string, evidence: Evidence): { text: string; struck: number } {
  const sentences = splitSentences(
    text
      .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  const kept = sentences.filter((sentence) => isGrounded(sentence, evidence) && !instructing.test(sentence));
  let said = '';
  for (const sentence of kept) {
    if (said.length + sentence.length + 1 > RATIONALE_CAP) break;
    said = said === '' ? sentence : `${said} ${sentence}`;
  }
  return { text: said, struck: sentences.length - kept.length };
}

/** Periods inside numbers end nothing. */
const splitSentences = (text: string) =>
  text
    .match(/(?:[^.!?]|\.(?=\d))+[.!?]*/g)
    ?.map((each) => each.trim())
    .filter(Boolean) ?? [];

/** Whether every number in the sentence is a rounding of some fact, as it is or in per cent. */
export function isGrounded(sentence: string, evidence: Evidence): boolean {
  const values = Object.values(evidence.facts).flatMap(({ value }) => (typeof value === 'number' ? [value] : []));
  // Names such as "SMA20" or "get_1h" are words; a text fact may hold numbers of its own.
  const texts = Object.values(evidence.facts).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  const plain = texts.reduce((rest, text) => (text.length > 2 ? rest.replaceAll(text, ' ') : rest), sentence);
  return [...plain.matchAll(numeral)].every(([shown]) => values.some((value) => matches(shown, value)));
}

function matches(shown: string, value: number): boolean {
  const percent = shown.trim().endsWith('%');
  const digits = shown.replace(/[%\s,+]/g, '').replace('−', '-');
  const decimals = digits.split('.')[1]?.length ?? 0;
  const number = Math.abs(Number(digits));
  const fact = Math.abs(percent ? value * 100 : value);
  // Facts that are in per cent already may be shown with the sign.
  return [fact, ...(percent ? [Math.abs(value)] : [])].some(
    (each) => Math.abs(number - each) <= 0.5 * 10 ** -decimals + 1e-9 * Math.max(1, each),
  );
}
