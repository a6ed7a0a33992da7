import { z } from 'zod';
import type { ReadingName } from '../../../src/analysis/readings.ts';
import { type Snapshot, snapshot } from '../../../src/analysis/snapshot.ts';
import type { BarSeries } from '../../../src/domain/bar.ts';
import { toIso } from '../../../src/domain/time.ts';
import { formatField } from '../../fields.ts';
import { tidy } from '../../meta.ts';
import { tool } from '../../tool.ts';
import { type ChartDeps, chartFields, chartOf } from '../chart.ts';
import { candlestickOf, chartPatternOf } from './patterns.ts';

/** What a chat reads at once; `detailed` has them all. */
const main: readonly ReadingName[] = [
  'sma20',
  'sma50',
  'sma200',
  'rsi14',
  'macd',
  'bbands20',
  'atr14',
  'adx14',
  'stoch',
];

export const getSnapshotAnalysis = tool({
  name: 'get_snapshot_analysis',
  title: 'Get technical analysis',
  description:
    'One chart in whole: last bar, changes (fractions), indicators, patterns, levels, regime, timeframes, similar stretches, volatility, drawdown. Start here. Example: {"symbol":"EURUSD","interval":"1h"}.',
  effect: 'read',
  scope: 'analysis:run',
  input: z.strictObject({ ...chartFields, response_format: formatField.default('concise') }),
  output: z.object({
    symbol: z.string(),
    interval: z.string(),
    bars: z.int(),
    last: z.looseObject({}).nullable(),
    indicators: z.record(z.string(), z.record(z.string(), z.number().nullable())),
    regime: z.looseObject({ name: z.string() }).nullable(),
  }),
  async run(deps: ChartDeps, asked, { signal, detailed }) {
    const { series, asOf, meta } = await chartOf(deps, asked, signal);
    const seen = snapshot({ symbol: series.symbol, interval: series.interval, series }, asOf);
    return { data: digest(seen, series, detailed), meta };
  },
});

function digest(seen: Snapshot, series: BarSeries, detailed: boolean) {
  const readings = Object.entries(seen.indicators).filter(([name]) => detailed || main.includes(name as ReadingName));
  const few = detailed ? 12 : 3;
  const { last, similarity, regime, drawdown, volatility } = seen;
  return {
    symbol: seen.symbol,
    interval: seen.interval,
    bars: seen.bars,
    last: last ? { ...tidy(last), openTime: toIso(last.openTime), closeTime: toIso(last.closeTime) } : null,
    change: tidy(seen.change),
    indicators: tidy(Object.fromEntries(readings)),
    candlesticks: seen.candlesticks.slice(0, few).map((each) => candlestickOf(each, series, each.odds)),
    chartPatterns: seen.chartPatterns.slice(0, few).map((each) => chartPatternOf(each, series, each.odds)),
    levels: seen.levels.slice(0, detailed ? 8 : 5).map(({ price, kind, touches, distance, lastTime }) => ({
      ...tidy({ price, kind, touches, distance }),
      lastTime: toIso(lastTime),
    })),
    regime: regime ? { ...tidy(regime) } : null,
    alignment: tidy(seen.alignment),
    similarity: similarity ? tidy({ ...similarity, matches: undefined }) : null,
    volatility: tidy(volatility),
    drawdown: drawdown ? { ...tidy(drawdown), peakTime: toIso(drawdown.peakTime) } : null,
  };
}
