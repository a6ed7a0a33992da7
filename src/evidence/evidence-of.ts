import type { Evidence } from '../domain/record.ts';
import type { AnalystName } from '../domain/signal.ts';
import { chartEvidence } from './chart.ts';
import { economicEvidence } from './economy-evidence.ts';
import { newsEvidence } from './news.ts';
import { riskEvidence } from './risk.ts';
import type { Situation } from './situation.ts';
import { strategyEvidence } from './strategy.ts';
import { trendEvidence } from './trend.ts';

/** What each analyst is shown. Pure: the backtest and the MCP tools call the same functions. */
export const evidenceOf: Record<AnalystName, (situation: Situation) => Evidence> = {
  strategist: strategyEvidence,
  'chart-analyst': chartEvidence,
  'risk-analyst': riskEvidence,
  'trend-analyst': trendEvidence,
  'news-analyst': newsEvidence,
  economist: economicEvidence,
};
