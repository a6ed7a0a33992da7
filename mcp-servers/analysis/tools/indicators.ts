import { z } from 'zod';
import { AppError } from '../../../src/domain/errors.ts';
import { editDistance } from '../../../src/domain/instruments.ts';
import { toIso } from '../../../src/domain/time.ts';
import { findIndicator, type Indicator, indicatorNames } from '../../../src/indicators/index.ts';
import type { ToolDeps } from '../../deps.ts';
import { cursorField, limitField } from '../../fields.ts';
import { deskMeta, figures, tidy } from '../../meta.ts';
import { tool } from '../../tool.ts';
import { type ChartDeps, chartFields, chartOf } from '../chart.ts';

export const listIndicators = tool({
  name: 'list_indicators',
  title: 'List indicators',
  description:
    'Indicators with outputs, unit and default parameters, for get_indicators. Example: {"search":"volatility"}.',
  effect: 'read',
  scope: 'analysis:run',
  input: z.strictObject({
    search: z.string().max(40).optional(),
    limit: limitField(200).optional(),
    cursor: cursorField.optional(),
  }),
  output: z.object({ indicators: z.array(z.looseObject({ name: z.string() })) }),
  list: 'indicators',
  async run({ clock }: Pick<ToolDeps, 'clock'>, { search = '' }) {
    const wanted = search.trim().toLowerCase();
    const found = indicatorNames
      .map((name) => findIndicator(name)!)
      .filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(wanted))
      .map(({ name, title, unit, outputs, parameters }) => ({
        name,
        title,
        unit,
        outputs,
        parameters: Object.fromEntries(Object.entries(parameters).map(([key, each]) => [key, each.default])),
      }));
    return { data: { indicators: found }, meta: deskMeta(clock.now(), 'registry') };
  },
});

const usual = ['ema:20', 'ema:50', 'rsi', 'macd', 'bbands', 'atr', 'adx', 'stoch'];

export const getIndicators = tool({
  name: 'get_indicators',
  title: 'Get indicators',
  description:
    'Indicator values on complete bars: latest, and the last `limit` when above 1 (oldest first, ending at `time`). Name as rsi, rsi:21, macd:12:26:9 (parameters in order). Example: {"symbol":"EURUSD","indicators":["rsi:14","sma:200"]}.',
  effect: 'read',
  scope: 'analysis:run',
  input: z.strictObject({
    ...chartFields,
    indicators: z.array(z.string().max(40)).min(1).max(12).default(usual),
    limit: limitField(100).default(1),
  }),
  output: z.object({
    symbol: z.string(),
    interval: z.string(),
    time: z.string(),
    close: z.number().nullable(),
    indicators: z.array(z.looseObject({ name: z.string(), latest: z.record(z.string(), z.number().nullable()) })),
  }),
  async run(deps: ChartDeps, { indicators, limit, ...asked }, { signal }) {
    const named = indicators.map(readName);
    const deepest = Math.max(...named.map(({ indicator, parameters }) => indicator.warmup(parameters)));
    // Recursive averages forget their start only slowly: four warm-ups more than needed settle seven figures.
    const chart = await chartOf(deps, asked, signal, Math.min(5_000, Math.max(1_000, deepest * 5) + limit));
    const { series } = chart;
    const values = named.map(({ indicator, parameters }) => {
      const columns = Object.entries(indicator.batch(series, parameters));
      const at = (i: number) =>
        Object.fromEntries(columns.map(([output, column]) => [output, tidy(column[i] ?? null)]));
      return {
        name: indicator.name,
        parameters,
        unit: indicator.unit,
        latest: at(series.length - 1),
        ...(limit > 1
          ? { series: Object.fromEntries(columns.map(([output, column]) => [output, tidy([...column.slice(-limit)])])) }
          : {}),
      };
    });
    const { symbol, interval, meta } = chart;
    const close = figures(series.close[series.length - 1] ?? Number.NaN);
    return { data: { symbol, interval, time: toIso(chart.asOf), close, indicators: values }, meta };
  },
});

/** `rsi`, `RSI14`, `rsi:14`, `rsi(14)`, `macd:12:26:9`: a name, then parameters in their own order. */
function readName(text: string): { indicator: Indicator; parameters: Record<string, number> } {
  const [, spelled = '', numbers = ''] =
    /^([a-z][a-z_-]*?)[\s:(_-]*((?:\d+(?:\.\d+)?[:,\s]*)*)\)?$/i.exec(text.trim()) ?? [];
  const name = spelled.toLowerCase().replaceAll('_', '-');
  const indicator = findIndicator(name) ?? findIndicator(synonyms[name] ?? '');
  if (!indicator) {
    const near = [...indicatorNames].sort((a, b) => editDistance(name, a) - editDistance(name, b)).slice(0, 3);
    throw new AppError('invalid_input', `"${text}" is not an indicator that Conclave has.`, {
      hint: `Did you mean ${near.join(', ')}? list_indicators names them all.`,
    });
  }
  const given = numbers
    .split(/[:,\s]+/)
    .filter(Boolean)
    .map(Number);
  const keys = Object.keys(indicator.parameters);
  if (given.length > keys.length) {
    throw new AppError(
      'invalid_input',
      `${indicator.name} takes ${keys.length} parameter${keys.length === 1 ? '' : 's'}: ${keys.join(', ') || 'none'}.`,
    );
  }
  const parameters = Object.fromEntries(keys.map((key, i) => [key, given[i] ?? indicator.parameters[key]!.default]));
  try {
    indicator.warmup(parameters);
  } catch (failure) {
    // The indicator's own words: which parameter, and its range.
    if (failure instanceof RangeError) throw new AppError('invalid_input', failure.message, { cause: failure });
    throw failure;
  }
  return { indicator, parameters };
}

const synonyms: Record<string, string> = {
  bollinger: 'bbands',
  'bollinger-bands': 'bbands',
  stochastic: 'stoch',
  'stoch-rsi': 'stochrsi',
  momentum: 'mom',
  'williams-r': 'willr',
  'parabolic-sar': 'sar',
  psar: 'sar',
  volatility: 'realised-volatility',
};
