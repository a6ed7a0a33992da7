import type { Evidence } from '../../src/domain/record.ts';
import type { Abstention, AnalystName, Direction, Signal, View } from '../../src/domain/signal.ts';

/** A judge is pure: the same evidence always gives the same signal, here, in a backtest and in a replay. */
export type Judge = (evidence: Evidence) => Signal;

/** How far ahead the desk's views look, in bars of the decision interval. */
export const HORIZON_BARS = 8;
/** No judged view claims more: evidence of one kind never makes a sure thing. */
export const MOST_CONFIDENT = 0.9;
/** How far full confidence lifts the probability from a coin: what markets usually grant is less still. */
const EDGE = 0.12;

/** Facts of one analyst by their short names; remembers which were read, so that a signal cites what it used. */
export function reading(evidence: Evidence, prefix: string) {
  const cited = new Set<string>();
  const fact = (name: string) => {
    const found = evidence.facts[`${prefix}.${name}`];
    if (found && found.value !== null) cited.add(found.id);
    return found?.value ?? null;
  };
  return {
    cited: () => [...cited].sort(),
    number(name: string): number | null {
      const value = fact(name);
      return typeof value === 'number' && Number.isFinite(value) ? value : null;
    },
    text(name: string): string | null {
      const value = fact(name);
      return typeof value === 'string' ? value : null;
    },
    flag: (name: string): boolean => fact(name) === true,
  };
}
export type Reading = ReturnType<typeof reading>;

export const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));

/** Evidence to a probability close to a half: shrunk, because nothing has been settled yet. */
export const modest = (confidence: number) => 0.5 + EDGE * clamp(confidence, 0, 1);

/** A number as a sentence shows it: a rounding of the fact, never a new one. */
export const say = (value: number, digits = 2) => Number(value.toFixed(digits)).toString();
export const percent = (value: number, digits = 0) => `${say(value * 100, digits)}%`;

/** "1 story", "3 stories". */
export const counted = (count: number, one: string, many = `${one}s`) => `${say(count, 0)} ${count === 1 ? one : many}`;

export interface Opinion {
  analyst: AnalystName;
  evidence: Evidence;
  reading: Reading;
  /** Signed strength in [-1, 1]. */
  score: number;
  /** Standard deviation of one bar's return; the scale of the expected move. */
  volatility: number | null;
  rationale: string;
}

/** A view from a signed score: its sign is the direction, its size the confidence. */
export function viewOf({ analyst, evidence, reading: read, score, volatility, rationale }: Opinion): View {
  const confidence = clamp(Math.abs(score), 0, MOST_CONFIDENT);
  const direction: Direction = score > 0 ? 'long' : score < 0 ? 'short' : 'flat';
  const reach = (volatility ?? 0) * Math.sqrt(HORIZON_BARS);
  return {
    kind: 'view',
    analyst,
    direction,
    probability: modest(confidence),
    calibrated: false,
    confidence,
    horizon: { interval: evidence.interval, bars: HORIZON_BARS },
    expectedMove: Math.sign(score) * confidence * 0.4 * reach,
    evidence: read.cited(),
    rationale,
  };
}

/** Stand aside, and be counted: `confidence` says how strongly. */
export function flatView(parts: Omit<Opinion, 'score' | 'volatility'> & { confidence: number }): View {
  const { analyst, evidence, reading: read, confidence, rationale } = parts;
  return {
    kind: 'view',
    analyst,
    direction: 'flat',
    probability: 0.5,
    calibrated: false,
    confidence: clamp(confidence, 0, MOST_CONFIDENT),
    horizon: { interval: evidence.interval, bars: HORIZON_BARS },
    expectedMove: 0,
    evidence: read.cited(),
    rationale,
  };
}

export function abstain(analyst: AnalystName, read: Reading, reason: string, rationale: string): Abstention {
  return { kind: 'abstention', analyst, reason, evidence: read.cited(), rationale };
}

export const sentence = (parts: readonly (string | null | undefined | false)[]) => {
  const said = parts.filter(Boolean).join(', ');
  return said === '' ? '' : `${said[0]!.toUpperCase()}${said.slice(1)}.`;
};
