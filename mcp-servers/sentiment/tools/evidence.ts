import { evidenceTool } from '../../evidence-tool.ts';

export const getNewsEvidence = evidenceTool({
  name: 'get_news_evidence',
  analyst: 'news-analyst',
  shows: 'news sentiment, its trend and volume, capped headlines of outsiders',
  scope: 'sentiment:read',
  openWorld: true,
});

export const getEconomicEvidence = evidenceTool({
  name: 'get_economic_evidence',
  analyst: 'economist',
  shows: 'releases against forecasts, what comes next, rate and growth surprises by currency',
  scope: 'sentiment:read',
  openWorld: true,
});
