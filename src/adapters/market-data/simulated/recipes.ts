import { type Instrument, isCurrencyPair } from '../../../domain/instrument.ts';

/**
 * What moves a simulated instrument: a level in the middle of 2025, a yearly drift, and factors with weights. Crosses
 * share their currencies' factors, so EURJPY is EURUSD × USDJPY; shares follow the market, coins follow each other.
 */
export interface Recipe {
  level: number;
  /** Log drift per year. */
  drift: number;
  factors: { name: string; weight: number /** Yearly volatility of the factor, e.g. 0.08. */; volatility: number }[];
  /** Average volume per minute at normal activity, in units. */
  volume: number;
}

/** Dollars per unit, and the yearly volatility of the currency's own factor. */
const currencies: Record<string, [number, number]> = {
  USD: [1, 0.05],
  EUR: [1.15, 0.05],
  GBP: [1.35, 0.06],
  AUD: [0.65, 0.075],
  NZD: [0.605, 0.075],
  CAD: [0.73, 0.045],
  CHF: [1.23, 0.06],
  JPY: [0.0069, 0.075],
  SEK: [0.104, 0.07],
  NOK: [0.1, 0.08],
  DKK: [0.1541, 0.05],
  PLN: [0.27, 0.07],
  SGD: [0.778, 0.03],
  HKD: [0.1274, 0.008],
  MXN: [0.0526, 0.1],
  ZAR: [0.0553, 0.13],
  CNH: [0.139, 0.03],
};

/** Level in dollars, weight of the common factor, own volatility, units per minute. */
const coins: Record<string, [number, number, number, number]> = {
  BTC: [105_000, 1, 0.15, 14],
  ETH: [2_550, 1.25, 0.3, 260],
  SOL: [150, 1.35, 0.45, 2_400],
  BNB: [645, 0.9, 0.25, 150],
  XRP: [2.2, 1.1, 0.45, 120_000],
  ADA: [0.62, 1.2, 0.45, 110_000],
  DOGE: [0.172, 1.3, 0.5, 700_000],
  AVAX: [19, 1.3, 0.5, 2_500],
  LINK: [13.3, 1.25, 0.45, 3_000],
  DOT: [3.75, 1.25, 0.45, 3_500],
  LTC: [86, 1.05, 0.35, 600],
  TRX: [0.273, 0.7, 0.3, 200_000],
};

/** Level, weight of the market, weight of technology, own volatility, shares per minute. */
const shares: Record<string, [number, number, number, number, number]> = {
  AAPL: [196, 1.1, 0.6, 0.17, 140_000],
  MSFT: [480, 1, 0.7, 0.13, 50_000],
  NVDA: [145, 1.6, 1.4, 0.3, 450_000],
  GOOGL: [175, 1.05, 0.7, 0.18, 85_000],
  GOOG: [176, 1.05, 0.7, 0.18, 55_000],
  AMZN: [215, 1.2, 0.7, 0.19, 110_000],
  META: [700, 1.2, 0.8, 0.22, 35_000],
  TSLA: [320, 1.7, 0.9, 0.42, 240_000],
  AMD: [127, 1.6, 1.4, 0.33, 110_000],
  AVGO: [250, 1.4, 1.2, 0.28, 55_000],
  NFLX: [1_220, 1.1, 0.6, 0.25, 9_000],
  INTC: [21, 1.2, 0.9, 0.35, 180_000],
  JPM: [270, 1, -0.2, 0.14, 22_000],
  BRKA: [727_500, 0.75, -0.2, 0.1, 8],
  BRKB: [485, 0.75, -0.2, 0.1, 11_000],
  XOM: [112, 0.8, -0.4, 0.18, 40_000],
  WMT: [95, 0.6, -0.2, 0.14, 45_000],
  JNJ: [155, 0.45, -0.3, 0.13, 20_000],
  V: [340, 0.85, 0.1, 0.12, 16_000],
  KO: [69, 0.45, -0.3, 0.11, 38_000],
  IWM: [209, 1.15, -0.1, 0.07, 80_000],
  GLD: [310, 0.05, 0, 0.14, 25_000],
  TLT: [86, -0.15, 0, 0.13, 90_000],
  DIA: [422, 0.9, -0.1, 0.02, 9_000],
  SPY: [597, 1, 0, 0, 190_000],
  QQQ: [528, 1.1, 0.85, 0, 110_000],
  CSCO: [66, 0.85, 0.4, 0.15, 60_000],
  QCOM: [154, 1.2, 0.9, 0.24, 22_000],
  SBUX: [92, 0.9, 0, 0.24, 24_000],
  PLTR: [140, 1.7, 1.1, 0.5, 260_000],
  IBM: [283, 0.7, 0.3, 0.17, 11_000],
  BA: [198, 1.2, -0.1, 0.28, 24_000],
  DIS: [119, 1, 0, 0.19, 24_000],
  PFE: [24, 0.5, -0.3, 0.19, 110_000],
  CVX: [149, 0.75, -0.4, 0.17, 24_000],
  LLY: [790, 0.5, -0.1, 0.28, 9_000],
  VOO: [549, 1, 0, 0, 15_000],
  EEM: [47.5, 0.8, 0.2, 0.1, 75_000],
  SLV: [33.2, 0.15, 0, 0.25, 50_000],
  XLE: [87, 0.7, -0.4, 0.17, 40_000],
  RUT: [2_110, 1.15, -0.1, 0.07, 0],
  VIX: [20, -5, -1, 0.6, 0],
  // Each exchange has a market of its own; London's prices are pence.
  DAX: [23_400, 1, 0, 0, 0],
  ESTX50: [5_290, 1, 0.1, 0.02, 0],
  FTSE: [8_840, 1, 0, 0, 0],
  N225: [38_700, 1, 0, 0, 0],
  'VOD.L': [75, 0.8, -0.2, 0.17, 100_000],
  'HSBA.L': [860, 1, -0.2, 0.15, 45_000],
  'BP.L': [385, 0.9, -0.3, 0.2, 75_000],
  'AZN.L': [10_700, 0.6, 0, 0.17, 4_000],
  'BARC.L': [332, 1.3, -0.2, 0.2, 75_000],
  'ULVR.L': [4_600, 0.5, -0.1, 0.12, 5_000],
  'SAP.DE': [255, 1.1, 0.7, 0.15, 2_800],
  'SIE.DE': [214, 1.2, 0.3, 0.17, 1_800],
  'ALV.DE': [342, 0.9, -0.2, 0.12, 1_200],
  'BMW.DE': [75, 1.1, 0, 0.19, 2_200],
  'BAS.DE': [42, 1.1, -0.2, 0.19, 4_500],
  'DTE.DE': [32, 0.6, -0.1, 0.13, 10_000],
  '7203.T': [2_550, 1, 0, 0.17, 70_000],
  '6758.T': [3_700, 1.1, 0.6, 0.2, 45_000],
  '9984.T': [9_300, 1.5, 1, 0.3, 40_000],
  '7974.T': [12_800, 0.8, 0.3, 0.25, 14_000],
  '8306.T': [1_930, 1.1, -0.2, 0.19, 110_000],
  '6861.T': [57_500, 1.1, 0.7, 0.19, 1_800],
  SPX: [5_980, 1, 0, 0, 0],
  NDX: [21_700, 1.1, 0.85, 0, 0],
  DJI: [42_200, 0.9, -0.1, 0.02, 0],
};

export function recipeOf({ symbol, assetClass, base, quote }: Instrument): Recipe | undefined {
  if (isCurrencyPair({ assetClass, base, quote })) return currencyPair(base, quote);
  if (assetClass === 'metal') return metal(base);
  if (assetClass === 'crypto') return coin(base);
  return share(symbol);
}

function currencyPair(base: string, quote: string): Recipe | undefined {
  const above = currencies[base];
  const below = currencies[quote];
  if (!above || !below) return undefined;
  return {
    level: above[0] / below[0],
    drift: 0,
    factors: [
      { name: base, weight: 1, volatility: above[1] },
      { name: quote, weight: -1, volatility: below[1] },
    ],
    volume: 45,
  };
}

function metal(base: string): Recipe {
  const gold = { name: 'XAU', weight: 1, volatility: 0.13 };
  const dollar = { name: 'USD', weight: -1, volatility: 0.05 };
  if (base === 'XAU') return { level: 3_370, drift: 0.05, factors: [gold, dollar], volume: 70 };
  const own = { name: 'XAG', weight: 1, volatility: 0.17 };
  return { level: 36.3, drift: 0.04, factors: [{ ...gold, weight: 1.25 }, own, dollar], volume: 40 };
}

function coin(base: string): Recipe | undefined {
  const known = coins[base];
  if (!known) return undefined;
  const [level, weight, volatility, volume] = known;
  return {
    level,
    drift: 0.12,
    factors: [
      { name: 'COINS', weight, volatility: 0.42 },
      { name: base, weight: 1, volatility },
    ],
    volume,
  };
}

const twins: Record<string, string> = { DIA: 'DJI', GOOG: 'GOOGL', RUT: 'IWM' };

function share(symbol: string): Recipe | undefined {
  const known = shares[symbol];
  if (!known) return undefined;
  const [level, market, technology, volatility, volume] = known;
  const factors = [
    { name: 'MARKET', weight: market, volatility: 0.15 },
    { name: 'TECHNOLOGY', weight: technology, volatility: 0.1 },
    // A fund and its index, or two classes of one company, share their own factor as well: they never part.
    { name: twins[symbol] ?? symbol, weight: 1, volatility },
  ];
  return { level, drift: 0.07, factors: factors.filter((each) => each.weight !== 0 && each.volatility > 0), volume };
}
