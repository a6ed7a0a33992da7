import { z } from 'zod';
import { correlationMatrix } from '../../../src/analysis/correlation.ts';
import { alignTimeframes } from '../../../src/analysis/multi-timeframe.ts';
import { detectRegime } from '../../../src/analysis/regime.ts';
import { HORIZON } from '../../../src/analysis/snapshot.ts';
import { forecastVolatility } from '../../../src/analysis/volatility.ts';
import { intervalField, timeField } from '../../fields.ts';
import { rounded, tidy } from '../../meta.ts';
import { tool } from '../../tool.ts';
import { type ChartDeps, chartFields, chartOf } from '../chart.ts';

export const getRegime = tool({
  name: 'get_regime',
  title: 'Get market regime',
  description:
    'Kind of market (trend-up, trend-down, range, high-volatility, crisis) with weights that sum to 1 and are not calibrated, and the volatility forecast as fractions of price.',
  effect: 'read',
  scope: 'analysis:run',
  input: z.strictObject(chartFields),
  output: z.object({
    symbol: z.string(),
    interval: z.string(),
    regime: z.looseObject({ name: z.string() }).nullable(),
    volatility: z.looseObject({ daily: z.number() }).nullable(),
  }),
  async run(deps: ChartDeps, asked, { signal }) {
    const { symbol, interval, series, meta } = await chartOf(deps, asked, signal);
    const regime = detectRegime(series);
    const volatility = forecastVolatility(series, HORIZON);
    return {
      data: {
        symbol,
        interval,
        regime: regime ? { ...tidy(regime) } : null,
        volatility: volatility ? { ...tidy(volatility) } : null,
      },
      meta,
    };
  },
});

export const getMultiTimeframe = tool({
  name: 'get_multi_timeframe',
  title: 'Get multi-timeframe trend',
  description:
    'Trend from -1 (falling) to 1 (rising) on the interval and coarser ones made of the same bars, their mean and how many agree.',
  effect: 'read',
  scope: 'analysis:run',
  input: z.strictObject(chartFields),
  output: z.object({
    symbol: z.string(),
    interval: z.string(),
    score: z.number().nullable(),
    agreement: z.number().nullable(),
    timeframes: z.array(z.object({ interval: z.string(), bars: z.int(), trend: z.number().nullable() })),
  }),
  async run(deps: ChartDeps, asked, { signal }) {
    const { symbol, interval, series, meta } = await chartOf(deps, asked, signal);
    return { data: { symbol, interval, ...tidy(alignTimeframes(series)) }, meta };
  },
});

export const getCorrelation = tool({
  name: 'get_correlation',
  title: 'Get correlations',
  description:
    'Pearson correlation of log returns over the last 250 common bars, every pair of 2 to 10 symbols; null below 30 common bars. Example: {"symbols":["EURUSD","GBPUSD"],"interval":"1d"}.',
  effect: 'read',
  scope: 'analysis:run',
  input: z.strictObject({
    symbols: z.array(chartFields.symbol).min(2).max(10),
    interval: intervalField.default('1h'),
    asOf: timeField.optional(),
  }),
  output: z.object({
    interval: z.string(),
    pairs: z.array(z.object({ a: z.string(), b: z.string(), correlation: z.number().nullable(), bars: z.int() })),
  }),
  async run(deps: ChartDeps, { symbols, ...asked }, { signal }) {
    const wanted = [...new Set(symbols.map((spelling) => deps.marketData.resolve(spelling).symbol))];
    const charts = await Promise.all(wanted.map((symbol) => chartOf(deps, { symbol, ...asked }, signal, 300)));
    const { values, counts } = correlationMatrix(charts.map(({ series }) => series));
    const pairs = wanted.flatMap((a, i) =>
      wanted
        .slice(i + 1)
        .map((b, j) => ({ a, b, correlation: rounded(values[i]![i + 1 + j]), bars: counts[i]![i + 1 + j]! })),
    );
    // The answer is as old and as good as the worst of its charts.
    const oldest = [...charts].sort((x, y) => x.asOf - y.asOf)[0]!.meta;
    const source = [...new Set(charts.map(({ meta }) => meta.source))].join(', ');
    const simulated = charts.some(({ meta }) => meta.simulated);
    return {
      data: { interval: asked.interval, pairs },
      meta: { ...oldest, source, ...(simulated ? { simulated: true as const } : {}) },
    };
  },
});
