import type { AnalystName } from '../../src/domain/signal.ts';
import { judgeChart } from './chart.ts';
import { judgeEconomist } from './economist.ts';
import { judgeNews } from './news.ts';
import type { Judge } from './reading.ts';
import { judgeRisk } from './risk.ts';
import { judgeStrategist } from './strategist.ts';
import { judgeTrend } from './trend.ts';

export { HORIZON_BARS, type Judge } from './reading.ts';

/** One judge per analyst: the whole desk without a model. */
export const judges: Record<AnalystName, Judge> = {
  strategist: judgeStrategist,
  'chart-analyst': judgeChart,
  'risk-analyst': judgeRisk,
  'trend-analyst': judgeTrend,
  'news-analyst': judgeNews,
  economist: judgeEconomist,
};
