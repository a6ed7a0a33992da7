import { LOOKBACK } from '../../src/analysis/snapshot.ts';
import { type BarSeries, toSeries } from '../../src/domain/bar.ts';
import type { Interval, Timestamp } from '../../src/domain/time.ts';
import type { ToolDeps } from '../deps.ts';
import { askedTime, intervalField, symbolField, timeField } from '../fields.ts';
import { historyMeta } from '../meta.ts';
import type { Meta } from '../tool.ts';

export type ChartDeps = Pick<ToolDeps, 'marketData' | 'clock'>;

/** What every question about one chart names. */
export const chartFields = {
  symbol: symbolField,
  interval: intervalField.default('1h'),
  asOf: timeField.optional(),
};

export interface Chart {
  symbol: string;
  interval: Interval;
  series: BarSeries;
  /** Close time of the newest bar. */
  asOf: Timestamp;
  meta: Meta;
}

/** The bars that an analysis may look at: what was known at asOf, as many as a snapshot reads unless said otherwise. */
export async function chartOf(
  { marketData, clock }: ChartDeps,
  asked: { symbol: string; interval: Interval; asOf?: Timestamp },
  signal: AbortSignal,
  limit = LOOKBACK,
): Promise<Chart> {
  const { symbol } = marketData.resolve(asked.symbol);
  const { interval } = asked;
  const now = clock.now();
  const asOf = askedTime(asked.asOf, now);
  const history = await marketData.history({ symbol, interval, limit, asOf, signal });
  const series = toSeries(symbol, interval, history.bars);
  return { symbol, interval, series, asOf: history.asOf, meta: historyMeta(history, now) };
}
