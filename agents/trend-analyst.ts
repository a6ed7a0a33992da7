import { type Analyst, gatherBy } from './analyst.ts';
import { judgeTrend } from './judges/trend.ts';

/** Reads trend over timeframes. Knows nothing of news, fundamentals or the account. */
export const trendAnalyst: Analyst = {
  name: 'trend-analyst',
  looksAt: 'trend over timeframes',
  gather: gatherBy('get_trend_evidence'),
  judge: judgeTrend,
};
