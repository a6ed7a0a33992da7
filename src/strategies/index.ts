import { bollingerBreakout } from './bollinger-breakout.ts';
import { bollingerReversion } from './bollinger-reversion.ts';
import { buyAndHold } from './buy-and-hold.ts';
import { donchian } from './donchian.ts';
import { macd } from './macd.ts';
import { momentum } from './momentum.ts';
import { rsiReversion } from './rsi-reversion.ts';
import { smaCross } from './sma-cross.ts';
import type { Strategy } from './strategy.ts';

/** Every rule-based strategy by name: one file, its line here, and backtest and command line offer it. */
export const strategies = {
  'sma-cross': smaCross,
  'rsi-reversion': rsiReversion,
  macd,
  'bollinger-breakout': bollingerBreakout,
  'bollinger-reversion': bollingerReversion,
  donchian,
  momentum,
  'buy-and-hold': buyAndHold,
} as const satisfies Record<string, Strategy>;

export type StrategyName = keyof typeof strategies;

export const strategyNames = Object.keys(strategies) as StrategyName[];

export const isStrategyName = (name: string): name is StrategyName => Object.hasOwn(strategies, name);

/** By name, with the widest type; undefined for a name that is not there. */
export const findStrategy = (name: string): Strategy | undefined =>
  isStrategyName(name) ? strategies[name] : undefined;

export { parametersOf, type Strategy, type Target, type TargetStream, targets } from './strategy.ts';
