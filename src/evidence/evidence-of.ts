import type { Evidence } from '../domain/record.ts';
import type { AnalystName } from '../domain/signal.ts';
import { factSheet } from './facts.ts';
import type { Situation } from './situation.ts';

const lastClose: (analyst: AnalystName, prefix: string) => (situation: Situation) => Evidence =
  (analyst, prefix) => (situation) => {
    const sheet = factSheet(analyst, prefix, situation);
    sheet.add('close', situation.series.close[situation.series.length - 1], { unit: 'price' });
    sheet.add('atr', situation.market.atr, { unit: 'price' });
    return sheet.evidence();
  };

/** What each analyst is shown. Pure: the backtest and the MCP tools call the same functions. */
export const evidenceOf: Record<AnalystName, (situation: Situation) => Evidence> = {
  strategist: lastClose('strategist', 'strategy'),
  'chart-analyst': lastClose('chart-analyst', 'chart'),
  'risk-analyst': lastClose('risk-analyst', 'risk'),
  'trend-analyst': lastClose('trend-analyst', 'trend'),
  'news-analyst': lastClose('news-analyst', 'news'),
  economist: lastClose('economist', 'economy'),
};
