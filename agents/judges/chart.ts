import { abstain, clamp, type Judge, percent, type Reading, reading, say, sentence, viewOf } from './reading.ts';

/** Weaker than this there is no setup to speak of. */
const SETUP = 0.06;
/** A hit rate is drawn to a coin by this many imagined cases. */
const DOUBT = 20;
const NEAR = 0.75;

/** Reads the chart: formations with their record on this instrument, levels, stretch, and what followed like windows. */
export const judgeChart: Judge = (evidence) => {
  const read = reading(evidence, 'chart');
  const parts = [
    formation(read, 'pattern', 0.5),
    formation(read, 'candlestick', 0.2),
    levels(read),
    stretch(read),
    likeness(read),
  ];
  const present = parts.filter((part) => part !== null);
  const score = clamp(
    present.reduce((sum, part) => sum + part.score, 0),
    -1,
    1,
  );
  const facts = present.filter((part) => part.text !== null).map((part) => part.text);
  if (present.length === 0) {
    return abstain('chart-analyst', read, 'not_enough_history', 'Too few bars to read a chart.');
  }
  if (Math.abs(score) < SETUP) {
    return abstain('chart-analyst', read, 'no_setup', sentence(['no setup stands out', ...facts]));
  }
  return viewOf({
    analyst: 'chart-analyst',
    evidence,
    reading: read,
    score,
    volatility: read.number('volatility'),
    rationale: sentence([score > 0 ? 'the chart leans up' : 'the chart leans down', ...facts]),
  });
};

interface Part {
  score: number;
  text: string | null;
}

/** A formation counts by its confidence and by how much it beat the base rate on this instrument, shrunk; unproven ones count little. */
function formation(read: Reading, kind: 'pattern' | 'candlestick', weight: number): Part | null {
  const direction = read.number(`${kind}.direction`);
  const name = read.text(`${kind}.name`);
  if (direction === null || name === null) return null;
  const confidence = read.number(`${kind}.confidence`) ?? 0.5;
  const samples = read.number(`${kind}.samples`) ?? 0;
  const rate = read.number(`${kind}.hit_rate`);
  const base = read.number(`${kind}.base_rate`) ?? 0.5;
  const edge = rate === null ? 0 : ((rate - base) * samples) / (samples + DOUBT);
  // Less than half of its weight for the shape, the rest for its record; a bad record takes the shape's part away too.
  const worth = clamp(0.4 + edge * 4, 0, 1);
  const record = rate === null || samples === 0 ? '' : ` (right ${percent(rate)} of ${say(samples, 0)} times)`;
  return { score: direction * confidence * worth * weight, text: `${name.replaceAll('-', ' ')}${record}` };
}

/** Close above support is where buyers stood before, close below resistance where sellers did. */
function levels(read: Reading): Part | null {
  const support = read.number('support_distance');
  const resistance = read.number('resistance_distance');
  if (support === null && resistance === null) return null;
  const pull = (distance: number | null) => (distance === null ? 0 : clamp(1 - distance / NEAR, 0, 1));
  const score = (pull(support) - pull(resistance)) * 0.15;
  const text =
    score > 0.02
      ? `support ${say(support!)} ranges below`
      : score < -0.02
        ? `resistance ${say(resistance!)} ranges above`
        : null;
  return { score, text };
}

/** A stretched price snaps back in a range; in a trend the same stretch means strength and counts nothing. */
function stretch(read: Reading): Part | null {
  const rsi = read.number('rsi');
  if (rsi === null) return null;
  const position = read.number('band_position');
  const trending = clamp(((read.number('adx') ?? 20) - 20) / 15, 0, 1);
  const byRsi = Math.abs(rsi - 50) > 18 ? clamp((50 - rsi) / 30, -1, 1) : 0;
  const byBand = position === null ? 0 : position > 1 ? -1 : position < 0 ? 1 : 0;
  return { score: (byRsi * 0.2 + byBand * 0.1) * (1 - trending), text: `RSI ${say(rsi, 1)}` };
}

/** What followed the most similar windows of this instrument, shrunk to even odds. */
function likeness(read: Reading): Part | null {
  const matches = read.number('similar.matches');
  const rose = read.number('similar.rose');
  if (matches === null || rose === null || matches === 0) return null;
  const shrunk = (rose * matches + 0.5 * DOUBT) / (matches + DOUBT);
  return {
    score: clamp((shrunk - 0.5) * 2, -0.4, 0.4),
    text: `${percent(rose)} of ${say(matches, 0)} similar windows rose`,
  };
}
