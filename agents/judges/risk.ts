import { abstain, clamp, flatView, type Judge, percent, reading, say, sentence, viewOf } from './reading.ts';

/** From here on the analyst asks the panel to stand aside. */
const STAND_ASIDE = 0.3;
/** The book leans this far one way before the analyst leans against it. */
const CROWDED = 0.5;

/**
 * Asks what could go wrong, not where the price goes: votes flat when hazards add up, leans against a book that already
 * holds the same bet, and otherwise has no objection (an abstention). Limits themselves are the risk rules' matter.
 */
export const judgeRisk: Judge = (evidence) => {
  const read = reading(evidence, 'risk');
  const analyst = 'risk-analyst' as const;
  const ratio = read.number('volatility_ratio');
  const spread = read.number('spread_to_atr');
  const drawdown = read.number('drawdown');
  const hours = read.number('event.hours');
  const quality = read.number('quality');
  const liquidity = read.number('volume_ratio');
  const hazards: { size: number; text: string }[] = [];
  const add = (size: number, text: string) => {
    if (size > 0.05) hazards.push({ size: clamp(size, 0, 1), text });
  };
  if (ratio !== null) add((ratio - 1.5) / 2, `volatility is ${say(ratio)} times its median`);
  if (spread !== null) add((spread - 0.15) / 0.5, `the spread is ${say(spread)} of a usual bar's range`);
  if (drawdown !== null) add((drawdown - 0.03) / 0.1, `the account is ${percent(drawdown, 1)} below its peak`);
  if (hours !== null && hours >= 0) {
    add((1 - hours / 12) * 0.6, `${read.text('event.name') ?? 'a release'} is due in ${say(hours, 1)} hours`);
  }
  if (read.flag('blackout')) add(0.8, 'a high-impact release is happening');
  if (quality !== null) add((0.85 - quality) * 2, `data quality is ${say(quality)}`);
  if (liquidity !== null) add((0.3 - liquidity) * 1.2, `volume is ${say(liquidity)} of its usual`);
  const hazard = 1 - hazards.reduce((calm, each) => calm * (1 - each.size), 1);

  if (hazard >= STAND_ASIDE) {
    const rationale = sentence(['better to stand aside', ...hazards.map(({ text }) => text)]);
    return flatView({ analyst, evidence, reading: read, confidence: hazard, rationale });
  }
  const crowding = read.number('book_lean');
  if (crowding !== null && Math.abs(crowding) >= CROWDED) {
    const way = crowding > 0 ? 'rise' : 'fall';
    return viewOf({
      analyst,
      evidence,
      reading: read,
      score: -Math.sign(crowding) * 0.3 * clamp(Math.abs(crowding), 0, 1),
      volatility: read.number('volatility'),
      rationale: `The book already bets on a ${way} with ${say(crowding)} of a full position; more of it would be the same bet twice.`,
    });
  }
  const rationale = sentence([
    'no objection',
    ratio === null ? null : `volatility ${say(ratio)} of its median`,
    drawdown === null ? null : `drawdown ${percent(drawdown, 1)}`,
    ...hazards.map(({ text }) => text),
  ]);
  return abstain(analyst, read, 'no_objection', rationale);
};
