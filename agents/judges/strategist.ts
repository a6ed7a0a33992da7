import {
  abstain,
  clamp,
  counted,
  flatView,
  type Judge,
  percent,
  type Reading,
  reading,
  say,
  sentence,
  viewOf,
} from './reading.ts';

/** Rules that follow, and the one that fades; the regime says whose weather it is. */
const rules = [
  { name: 'sma_cross', kind: 'trend', title: 'SMA cross' },
  { name: 'donchian', kind: 'trend', title: 'Donchian breakout' },
  { name: 'momentum', kind: 'trend', title: 'momentum' },
  { name: 'macd', kind: 'trend', title: 'MACD' },
  { name: 'rsi_reversion', kind: 'range', title: 'RSI reversion' },
] as const;

const LEAST_TRADES = 3;
const STAND_ASIDE = 0.04;
/** In a crisis past behaviour says little, and standing aside is a position. */
const CRISIS = 0.6;

/** Weighs simple rules by their trailing record after costs and by the regime, and follows what they say now. */
export const judgeStrategist: Judge = (evidence) => {
  const read = reading(evidence, 'strategy');
  const crisis = read.number('regime.crisis') ?? 0;
  const regime = read.text('regime.name') ?? 'unknown';
  const analyst = 'strategist' as const;
  const known = rules.flatMap((rule) => {
    const position = read.number(`${rule.name}.position`);
    return position === null ? [] : [{ ...rule, position, ...record(read, rule.name, rule.kind) }];
  });
  if (known.length < 3) {
    return abstain(analyst, read, 'not_enough_history', 'Too few bars to test any rule.');
  }
  if (crisis > CRISIS) {
    const rationale = `The regime is a crisis with probability ${say(crisis)}; past behaviour says little now.`;
    return flatView({ analyst, evidence, reading: read, confidence: crisis, rationale });
  }
  const total = known.reduce((sum, rule) => sum + rule.weight, 0);
  const score = known.reduce((sum, rule) => sum + rule.weight * rule.position, 0) / total;
  const skill = known.reduce((sum, rule) => sum + (rule.weight * Math.max(0, rule.t ?? 0)) / total, 0);
  const alignment = read.number('alignment');
  const conviction = score * (0.25 + 0.75 * clamp((skill - 0.4) / 1.8, 0, 1));
  // Larger timeframes that disagree halve what the rules say; they never turn it round.
  const agreed =
    alignment === null || Math.sign(alignment) !== -Math.sign(conviction) ? 1 : 1 - 0.5 * Math.abs(alignment);
  const final = conviction * agreed;
  const best = [...known].sort((a, b) => (b.t ?? -9) - (a.t ?? -9))[0]!;
  if (best.t !== null && best.t < 0) {
    const rationale = sentence([
      'no rule has earned its costs here',
      `regime ${regime.replaceAll('-', ' ')}`,
      recordText(read, best),
    ]);
    return flatView({ analyst, evidence, reading: read, confidence: 0.3, rationale });
  }
  const facts = [`regime ${regime.replaceAll('-', ' ')}`, recordText(read, best), ...votes(known)];
  if (Math.abs(final) < STAND_ASIDE) {
    const rationale = sentence(['the rules cancel out', ...facts]);
    return flatView({ analyst, evidence, reading: read, confidence: 0.2, rationale });
  }
  return viewOf({
    analyst,
    evidence,
    reading: read,
    score: final,
    volatility: read.number('volatility'),
    rationale: sentence([final > 0 ? 'the tested rules say long' : 'the tested rules say short', ...facts]),
  });
};

function record(read: Reading, name: string, kind: 'trend' | 'range') {
  const trades = read.number(`${name}.trades`) ?? 0;
  const t = trades >= LEAST_TRADES ? read.number(`${name}.t`) : null;
  const trending = read.number('regime.trend') ?? 0.5;
  const ranging = read.number('regime.range') ?? 0.5;
  const fit = 0.35 + (kind === 'trend' ? trending : ranging);
  // Doubles for a record of about one standard error; a rule with no record keeps its place.
  return { t, trades, weight: fit * Math.exp(0.7 * clamp(t ?? 0, -2.5, 2.5)) };
}

function recordText(read: Reading, rule: { name: string; title: string; trades: number }): string {
  const rate = read.number(`${rule.name}.hit_rate`);
  const expectancy = read.number(`${rule.name}.expectancy`);
  if (rate === null || expectancy === null) return `${rule.title} has no record yet`;
  return `${rule.title} did best: ${percent(rate)} of ${counted(rule.trades, 'trade')} won, ${percent(expectancy, 3)} each after costs`;
}

function votes(known: readonly { title: string; position: number }[]): string[] {
  const named = (sign: number) => known.filter((rule) => Math.sign(rule.position) === sign).map(({ title }) => title);
  const [long, short] = [named(1), named(-1)];
  return [
    ...(long.length > 0 ? [`long by ${long.join(' and ')}`] : []),
    ...(short.length > 0 ? [`short by ${short.join(' and ')}`] : []),
  ];
}
