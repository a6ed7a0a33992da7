import type { Analyst } from './analyst.ts';
import { chartAnalyst } from './chart-analyst.ts';
import { economist } from './economist.ts';
import { newsAnalyst } from './news-analyst.ts';
import { riskAnalyst } from './risk-analyst.ts';
import { strategist } from './strategist.ts';
import { trendAnalyst } from './trend-analyst.ts';

/** Everyone who sits at the table: one line each. */
export const panel: readonly Analyst[] = [strategist, chartAnalyst, riskAnalyst, trendAnalyst, newsAnalyst, economist];
