import { adxIndicator } from './adx.ts';
import { aroonIndicator } from './aroon.ts';
import { atrIndicator } from './atr.ts';
import { bbandsIndicator } from './bbands.ts';
import { cciIndicator } from './cci.ts';
import type { Indicator } from './definition.ts';
import { demaIndicator } from './dema.ts';
import { donchianIndicator } from './donchian.ts';
import { emaIndicator } from './ema.ts';
import { kamaIndicator } from './kama.ts';
import { keltnerIndicator } from './keltner.ts';
import { linearregSlopeIndicator } from './linearreg-slope.ts';
import { macdIndicator } from './macd.ts';
import { mfiIndicator } from './mfi.ts';
import { momIndicator } from './mom.ts';
import { natrIndicator } from './natr.ts';
import { obvIndicator } from './obv.ts';
import { realisedVolatilityIndicator } from './realised-volatility.ts';
import { rocIndicator } from './roc.ts';
import { rsiIndicator } from './rsi.ts';
import { sarIndicator } from './sar.ts';
import { smaIndicator } from './sma.ts';
import { stddevIndicator } from './stddev.ts';
import { stochIndicator } from './stoch.ts';
import { stochrsiIndicator } from './stochrsi.ts';
import { supertrendIndicator } from './supertrend.ts';
import { temaIndicator } from './tema.ts';
import { trixIndicator } from './trix.ts';
import { vwapIndicator } from './vwap.ts';
import { willrIndicator } from './willr.ts';
import { wmaIndicator } from './wma.ts';

/** Every indicator by name: one file, its line here, and it is offered at every door. */
export const indicators = {
  adx: adxIndicator,
  aroon: aroonIndicator,
  atr: atrIndicator,
  bbands: bbandsIndicator,
  cci: cciIndicator,
  dema: demaIndicator,
  donchian: donchianIndicator,
  ema: emaIndicator,
  kama: kamaIndicator,
  keltner: keltnerIndicator,
  'linearreg-slope': linearregSlopeIndicator,
  macd: macdIndicator,
  mfi: mfiIndicator,
  mom: momIndicator,
  natr: natrIndicator,
  obv: obvIndicator,
  'realised-volatility': realisedVolatilityIndicator,
  roc: rocIndicator,
  rsi: rsiIndicator,
  sar: sarIndicator,
  sma: smaIndicator,
  stddev: stddevIndicator,
  stoch: stochIndicator,
  stochrsi: stochrsiIndicator,
  supertrend: supertrendIndicator,
  tema: temaIndicator,
  trix: trixIndicator,
  vwap: vwapIndicator,
  willr: willrIndicator,
  wma: wmaIndicator,
} as const satisfies Record<string, Indicator>;

export type IndicatorName = keyof typeof indicators;

export const indicatorNames = Object.keys(indicators) as IndicatorName[];

export const isIndicatorName = (name: string): name is IndicatorName => Object.hasOwn(indicators, name);

/** By name, with the widest type; undefined for a name that is not there. */
export const findIndicator = (name: string): Indicator | undefined =>
  isIndicatorName(name) ? indicators[name] : undefined;

export type { BarStream, Column, Columns, Indicator, Parameter, PlainBar, Unit } from './definition.ts';
