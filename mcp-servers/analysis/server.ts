import type { ToolDeps } from '../deps.ts';
import type { ServerDefinition } from '../shell.ts';
import { getChartEvidence, getStrategyEvidence, getTrendEvidence } from './tools/evidence.ts';
import { getIndicators, listIndicators } from './tools/indicators.ts';
import { getCorrelation, getMultiTimeframe, getRegime } from './tools/market-state.ts';
import { detectPatterns, findSimilarPatterns, getLevels } from './tools/patterns.ts';
import { getSnapshotAnalysis } from './tools/snapshot.ts';

export const analysisServer: ServerDefinition<ToolDeps> = {
  name: 'analysis',
  title: 'Conclave analysis',
  instructions:
    "Technical analysis of the Conclave desk, computed from complete bars only: start with get_snapshot_analysis, go deeper with the others. Symbols take any usual spelling; intervals are 1m 5m 15m 30m 1h 4h 1d 1w 1M; times are ISO 8601 UTC; asOf shows what was known then. Every answer is { data, meta }; meta names source, age and quality, and simulated: true marks an invented market. Odds are measured on the very chart: a hit rate of null means too few cases, never zero. The get_*_evidence tools give what the desk's own analysts judge from.",
  tools: [
    getSnapshotAnalysis,
    getIndicators,
    listIndicators,
    detectPatterns,
    getLevels,
    getRegime,
    getMultiTimeframe,
    getCorrelation,
    findSimilarPatterns,
    getStrategyEvidence,
    getChartEvidence,
    getTrendEvidence,
  ],
};
