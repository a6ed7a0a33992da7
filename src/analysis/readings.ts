import { type BarSeries, sliceSeries } from '../domain/bar.ts';
import { type Indicator, type IndicatorName, indicators } from '../indicators/index.ts';

interface ReadingSpec {
  indicator: IndicatorName;
  parameters?: Record<string, number>;
}

/** The indicators that every snapshot reads, by the name they have in it. */
export const readingSpecs = {
  sma20: { indicator: 'sma', parameters: { period: 20 } },
  sma50: { indicator: 'sma', parameters: { period: 50 } },
  sma200: { indicator: 'sma', parameters: { period: 200 } },
  ema20: { indicator: 'ema', parameters: { period: 20 } },
  ema50: { indicator: 'ema', parameters: { period: 50 } },
  wma20: { indicator: 'wma', parameters: { period: 20 } },
  dema20: { indicator: 'dema', parameters: { period: 20 } },
  tema20: { indicator: 'tema', parameters: { period: 20 } },
  kama20: { indicator: 'kama', parameters: { period: 20 } },
  rsi14: { indicator: 'rsi' },
  macd: { indicator: 'macd' },
  bbands20: { indicator: 'bbands' },
  stddev20: { indicator: 'stddev' },
  atr14: { indicator: 'atr' },
  natr14: { indicator: 'natr' },
  adx14: { indicator: 'adx' },
  stoch: { indicator: 'stoch' },
  stochrsi14: { indicator: 'stochrsi' },
  cci20: { indicator: 'cci' },
  mfi14: { indicator: 'mfi' },
  obv: { indicator: 'obv' },
  roc10: { indicator: 'roc' },
  mom10: { indicator: 'mom' },
  willr14: { indicator: 'willr' },
  trix15: { indicator: 'trix' },
  sar: { indicator: 'sar' },
  aroon14: { indicator: 'aroon' },
  slope14: { indicator: 'linearreg-slope' },
  donchian20: { indicator: 'donchian' },
  keltner20: { indicator: 'keltner' },
  supertrend10: { indicator: 'supertrend' },
  vwap20: { indicator: 'vwap' },
  volatility20: { indicator: 'realised-volatility' },
} as const satisfies Record<string, ReadingSpec>;

export type ReadingName = keyof typeof readingSpecs;
/** Outputs of one indicator, null where it is not defined. */
export type Reading = Record<string, number | null>;
export type Readings = Record<ReadingName, Reading>;

export const readingNames = Object.keys(readingSpecs) as ReadingName[];

/** Latest values and those one bar earlier, by which a cross is seen. */
export function readIndicators(series: BarSeries): { latest: Readings; before: Readings } {
  const [latest, before] = [{} as Readings, {} as Readings];
  for (const name of readingNames) {
    const spec: ReadingSpec = readingSpecs[name];
    const indicator: Indicator = indicators[spec.indicator];
    const { parameters } = spec;
    // Only what the two last values depend on; the rest would come out the same and be thrown away.
    const bars = indicator.reach
      ? sliceSeries(series, series.length - 1 - indicator.reach(parameters), series.length)
      : series;
    const columns = indicator.batch(bars, parameters);
    latest[name] = {};
    before[name] = {};
    for (const output of indicator.outputs) {
      latest[name][output] = finite(columns[output]!.at(-1));
      before[name][output] = finite(columns[output]!.at(-2));
    }
  }
  return { latest, before };
}

const finite = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null);
