import {
  badThings,
  directions,
  modifiers,
  negations,
  opinions,
  type Phrase,
  phrases,
  policies,
  stem,
} from './lexicon.ts';

export interface TextScore {
  /** -1 bad to 1 good; 0 also where no word is known. */
  score: number;
  /** How many words or phrases counted. */
  hits: number;
}

const NEGATION_REACH = 3;
const NEGATION_FACTOR = -0.6;
const THING_REACH = 4;
/** The sum at which the score is about 0.7. */
const SOFTNESS = 2;

export const words = (text: string): string[] =>
  text.toLowerCase().match(/[a-z][a-z'-]*[a-z]|[a-z]|\d+(?:[.,]\d+)*%?|[,;]/g) ?? [];

const byFirst = new Map<string, Phrase[]>();
for (const each of phrases) {
  const first = each.words[0]!;
  byFirst.set(
    first,
    [...(byFirst.get(first) ?? []), each].sort((a, b) => b.words.length - a.words.length),
  );
}

/**
 * Scores one clause of clean English. `kind` says whose good it is: tight money is good for a currency and bad for
 * other assets.
 */
export function scoreText(text: string, kind: 'currency' | 'asset' = 'asset'): TextScore {
  const tokens = words(text);
  const stems = tokens.map(stem);
  const used = new Array<boolean>(tokens.length).fill(false);
  let total = 0;
  let hits = 0;
  const count = (at: number, score: number) => {
    const value = score * modified(tokens, at) * (negated(tokens, at) ? NEGATION_FACTOR : 1);
    total += value;
    hits++;
  };

  stems.forEach((first, at) => {
    if (used[at]) return;
    const match = byFirst
      .get(first)
      ?.find(({ words: parts }) => parts.every((part, i) => stems[at + i] === part && !used[at + i]));
    if (!match) return;
    match.words.forEach((_, i) => {
      used[at + i] = true;
    });
    const policy = match.policy ? (kind === 'currency' ? 1 : -0.5) : 1;
    const flipped = !match.policy && nearBadThing(stems, used, at, match.words.length) ? -1 : 1;
    count(at, match.score * policy * flipped);
  });

  stems.forEach((each, at) => {
    if (used[at]) return;
    const direction = directions.get(each);
    if (direction === undefined) return;
    used[at] = true;
    count(at, nearBadThing(stems, used, at, 1) ? -direction : direction);
  });

  stems.forEach((each, at) => {
    if (used[at]) return;
    const policy = policies.get(each);
    if (policy !== undefined) count(at, kind === 'currency' ? policy : policy * -0.5);
    else if (opinions.has(each)) count(at, opinions.get(each)!);
  });

  const surprise = againstExpectation(text);
  if (surprise !== 0) {
    total += surprise * (stems.some((each) => badThings.has(each)) ? -1 : 1);
    hits++;
  }
  return { score: total / Math.sqrt(total * total + SOFTNESS * SOFTNESS), hits };
}

/** A thing whose rise is bad within reach of the direction; it is then used up, so that it does not count twice. */
function nearBadThing(stems: readonly string[], used: boolean[], at: number, length: number): boolean {
  for (let step = 1; step <= THING_REACH; step++) {
    for (const index of [at - step, at + length - 1 + step]) {
      const word = stems[index];
      if (word === undefined || used[index] || !badThings.has(word)) continue;
      used[index] = true;
      return true;
    }
  }
  return false;
}

/** A negation shortly before, in the same breath: it does not reach over a comma. */
function negated(tokens: readonly string[], at: number): boolean {
  for (let back = at - 1; back >= Math.max(0, at - NEGATION_REACH); back--) {
    const token = tokens[back]!;
    if (token === ',' || token === ';') return false;
    if (negations.has(token) || (/^fail(s|ed)?$/.test(token) && tokens[back + 1] === 'to')) return true;
  }
  return false;
}

const modified = (tokens: readonly string[], at: number) =>
  (modifiers.get(tokens[at - 1] ?? '') ?? 1) * (modifiers.get(tokens[at + 1] ?? '') ?? 1);

const versus =
  /(-?\d+(?:\.\d+)?)\s*(%|k|m|bn|b|million|billion)?\s*(?:,|\()?\s*(?:vs\.?|versus|against|compared (?:with|to))\s*(?:an? |the )?(?:estimates? of |est\.? |expected |forecasts? of |exp\.? )?[$€£]?(-?\d+(?:\.\d+)?)\s*(%|k|m|bn|b|million|billion)?/i;

/** "CPI 3.4% vs 3.1% expected": which way reality missed the forecast. Units must agree. */
function againstExpectation(text: string): number {
  const match = versus.exec(text);
  if (!match) return 0;
  const [, actual, unit, expected, otherUnit] = match;
  if (unit && otherUnit && unit.toLowerCase() !== otherUnit.toLowerCase()) return 0;
  return Math.sign(Number(actual) - Number(expected)) * 1.2;
}
