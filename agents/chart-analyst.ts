import { type Analyst, gatherBy } from './analyst.ts';
import { judgeChart } from './judges/chart.ts';

/** Reads formations, levels and what followed similar windows. Knows nothing of news or the account. */
export const chartAnalyst: Analyst = {
  name: 'chart-analyst',
  looksAt: 'patterns, levels and like windows',
  gather: gatherBy('get_chart_evidence'),
  judge: judgeChart,
};
