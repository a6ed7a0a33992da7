import type { SeenCandlestick, SeenChartPattern } from '../analysis/snapshot.ts';
import type { Evidence } from '../domain/record.ts';
import { factSheet } from './facts.ts';
import type { Situation } from './situation.ts';

/** Formations with their record on this instrument, levels in usual ranges, oscillators, and the outlook of like windows. */
export function chartEvidence(situation: Situation): Evidence {
  const { series, snapshot, market } = situation;
  const { indicators, similarity } = snapshot;
  const { add, evidence } = factSheet('chart-analyst', 'chart', situation);
  const close = series.close.at(-1)!;
  add('close', close, { unit: 'price' });
  addChartPattern(add, snapshot.chartPatterns, close, market.atr);
  addCandlestick(add, snapshot.candlesticks);
  const { support, resistance } = nearest(situation);
  add('support', support?.price, { unit: 'price' });
  add('support_distance', support ? ranges(close - support.price, market.atr) : null, { unit: 'average true ranges' });
  add('support_touches', support?.touches);
  add('resistance', resistance?.price, { unit: 'price' });
  add('resistance_distance', resistance ? ranges(resistance.price - close, market.atr) : null, {
    unit: 'average true ranges',
  });
  add('resistance_touches', resistance?.touches);
  // The index is 0 in a market that has not moved, which is no reading at all.
  const moved = (snapshot.volatility?.perBar ?? 0) > 0;
  add('rsi', moved ? indicators.rsi14.rsi : null);
  const { upper, lower } = indicators.bbands20;
  add('band_position', upper != null && lower != null && upper > lower ? (close - lower) / (upper - lower) : null);
  add('adx', indicators.adx14.adx);
  add('macd_histogram', indicators.macd.histogram, { unit: 'price' });
  add('similar.matches', similarity?.sampleSize);
  add('similar.effective', similarity?.effectiveSize);
  add('similar.rose', similarity?.shareUp);
  add('similar.mean_move', similarity?.meanMove, { unit: 'fraction' });
  add('similar.deviation', similarity?.deviation, { unit: 'fraction' });
  add('volatility', snapshot.volatility?.perBar, { unit: 'fraction per bar' });
  return evidence();
}

type Add = ReturnType<typeof factSheet>['add'];

const biasSign = { bullish: 1, bearish: -1, neutral: 0 } as const;
const ranges = (distance: number, atr: number) => (atr > 0 ? distance / atr : null);

/** The most confident pattern that still stands: confirmed before forming. */
function addChartPattern(add: Add, patterns: readonly SeenChartPattern[], close: number, atr: number) {
  const standing = patterns.filter(({ state, resolvedAt }) => state !== 'failed' && resolvedAt === null);
  const pattern = standing.find(({ state }) => state === 'confirmed') ?? standing[0];
  add('patterns', standing.length);
  if (!pattern) return;
  add('pattern.name', pattern.pattern);
  add('pattern.state', pattern.state);
  add('pattern.direction', biasSign[pattern.bias]);
  // A shape that is not yet confirmed is half a shape.
  add('pattern.confidence', pattern.confidence * (pattern.state === 'confirmed' ? 1 : 0.5));
  add('pattern.target_distance', ranges(pattern.target - close, atr), { unit: 'average true ranges' });
  add('pattern.hit_rate', pattern.odds.hitRate);
  add('pattern.base_rate', pattern.odds.baseRate);
  add('pattern.samples', pattern.odds.cases);
}

/** The newest candlestick that has a direction. */
function addCandlestick(add: Add, candlesticks: readonly SeenCandlestick[]) {
  const seen = candlesticks.find(({ bias }) => bias !== 'neutral');
  add('candlesticks', candlesticks.length);
  if (!seen) return;
  add('candlestick.name', seen.pattern);
  add('candlestick.direction', biasSign[seen.bias]);
  add('candlestick.bars_ago', seen.barsAgo);
  add('candlestick.confidence', 1 / (1 + seen.barsAgo));
  add('candlestick.hit_rate', seen.odds.hitRate);
  add('candlestick.base_rate', seen.odds.baseRate);
  add('candlestick.samples', seen.odds.cases);
}

function nearest({ snapshot: { levels } }: Situation) {
  const near = (kind: 'support' | 'resistance') =>
    levels.filter((level) => level.kind === kind).sort((a, b) => Math.abs(a.distance) - Math.abs(b.distance))[0];
  return { support: near('support'), resistance: near('resistance') };
}
