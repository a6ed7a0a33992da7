import type { Evidence } from '../domain/record.ts';
import { factSheet } from './facts.ts';
import { ruleRecords } from './rules.ts';
import type { Situation } from './situation.ts';

/** The regime, and what five simple rules earned on this instrument of late and say now. */
export function strategyEvidence(situation: Situation): Evidence {
  const { series, snapshot, market } = situation;
  const { regime, alignment } = snapshot;
  const { add, evidence } = factSheet('strategist', 'strategy', situation);
  const close = series.close.at(-1)!;
  const cost = Math.max(0, market.ask - market.bid) / 2 / close;
  add('close', close, { unit: 'price' });
  add('cost', cost, { unit: 'fraction per change of position' });
  const share = (name: keyof NonNullable<typeof regime>['probabilities']) => regime?.probabilities[name] ?? null;
  add('regime.name', regime?.name);
  add('regime.trend', regime ? regime.probabilities['trend-up'] + regime.probabilities['trend-down'] : null);
  add('regime.trend_up', share('trend-up'));
  add('regime.trend_down', share('trend-down'));
  add('regime.range', share('range'));
  add('regime.high_volatility', share('high-volatility'));
  add('regime.crisis', share('crisis'));
  for (const rule of ruleRecords(series, cost)) {
    add(`${rule.name}.position`, rule.position);
    add(`${rule.name}.trades`, rule.trades);
    add(`${rule.name}.hit_rate`, rule.hitRate);
    add(`${rule.name}.expectancy`, rule.expectancy, { unit: 'log return per trade' });
    add(`${rule.name}.t`, rule.t, { unit: 'standard errors' });
  }
  add('alignment', alignment.score);
  for (const { interval, trend } of alignment.timeframes) add(`timeframe.${interval}`, trend);
  add('volatility', snapshot.volatility?.perBar, { unit: 'fraction per bar' });
  return evidence();
}
