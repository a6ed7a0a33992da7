import type { Evidence } from '../domain/record.ts';
import { factSheet } from './facts.ts';
import { standardMove, standardSlope } from './measures.ts';
import type { Situation } from './situation.ts';

/** Trend over timeframes, its strength, and whether price breaks out of its recent range. */
export function trendEvidence(situation: Situation): Evidence {
  const { series, snapshot } = situation;
  const { indicators, alignment, volatility, regime } = snapshot;
  const { add, evidence } = factSheet('trend-analyst', 'trend', situation);
  const { adx, plusDi, minusDi } = indicators.adx14;
  const perBar = volatility?.perBar ?? null;
  const directional = (plusDi ?? 0) + (minusDi ?? 0);
  add('close', series.close.at(-1), { unit: 'price' });
  add('alignment', alignment.score);
  add('agreement', alignment.agreement);
  for (const { interval, trend } of alignment.timeframes) add(`timeframe.${interval}`, trend);
  add('adx', adx);
  add('direction_balance', directional > 0 ? (plusDi! - minusDi!) / directional : null);
  add('slope', standardSlope(series.close, 50, perBar), { unit: 'standard deviations' });
  add('momentum', standardMove(series.close, 10, perBar), { unit: 'standard deviations' });
  add('drift', regime?.features.drift, { unit: 'standard deviations' });
  add('efficiency', regime?.features.efficiency);
  add('ema_order', orderOf(situation));
  add('breakout', breakoutOf(situation));
  add('volatility', perBar, { unit: 'fraction per bar' });
  return evidence();
}

/** 1 where close, short, middle and long averages stand in rising order, -1 in falling; the share of steps between. */
function orderOf({ series, snapshot: { indicators } }: Situation): number | null {
  const ladder = [series.close.at(-1), indicators.ema20.ema, indicators.ema50.ema, indicators.sma200.sma];
  const steps = ladder.slice(1).flatMap((slower, i) => {
    const faster = ladder[i];
    if (faster == null || slower == null) return [];
    const gap = faster / slower - 1;
    // Averages of a market that stands still differ by rounding alone.
    return [Math.abs(gap) < 1e-9 ? 0 : Math.sign(gap)];
  });
  return steps.length < 2 ? null : steps.reduce((sum, step) => sum + step, 0) / steps.length;
}

/** 1 where the last close is above every high of the 20 bars before, -1 below every low, else 0. */
function breakoutOf({ series }: Situation): number | null {
  const last = series.length - 1;
  if (last < 20) return null;
  const [highs, lows] = [series.high.subarray(last - 20, last), series.low.subarray(last - 20, last)];
  const close = series.close[last]!;
  return close > Math.max(...highs) ? 1 : close < Math.min(...lows) ? -1 : 0;
}
