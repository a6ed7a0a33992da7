import { evidenceTool } from '../../evidence-tool.ts';

export const getStrategyEvidence = evidenceTool({
  name: 'get_strategy_evidence',
  analyst: 'strategist',
  shows: 'regime, how rule-based strategies fared, all timeframes',
  scope: 'analysis:run',
});

export const getChartEvidence = evidenceTool({
  name: 'get_chart_evidence',
  analyst: 'chart-analyst',
  shows: 'indicators, levels, patterns with odds, similar stretches',
  scope: 'analysis:run',
});

export const getTrendEvidence = evidenceTool({
  name: 'get_trend_evidence',
  analyst: 'trend-analyst',
  shows: 'trend strength and alignment, momentum, breakouts',
  scope: 'analysis:run',
});
