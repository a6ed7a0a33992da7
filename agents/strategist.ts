import { type Analyst, gatherBy } from './analyst.ts';
import { judgeStrategist } from './judges/strategist.ts';

/** Chooses between simple rules by their record and the regime; the one analyst that may think at length. */
export const strategist: Analyst = {
  name: 'strategist',
  looksAt: 'regime and tested rules',
  gather: gatherBy('get_strategy_evidence'),
  judge: judgeStrategist,
  thinkingTokens: 1_024,
};
