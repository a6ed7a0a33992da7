import type { Account } from '../domain/account.ts';
import { type BarSeries, toSeries } from '../domain/bar.ts';
import { money } from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import { instrumentOf } from '../domain/instruments.ts';
import { barClose, type Interval, intervalMs, type Timestamp } from '../domain/time.ts';
import type { DatedFacts } from '../evidence/situation.ts';

/** Numbers in [0, 1) that repeat with the seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A standard normal from two uniforms. */
export const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

export interface PathOptions {
  bars?: number;
  start?: number;
  /** Of the log return per bar; a function of the bar's number plants a trend or a turn. */
  drift?: number | ((bar: number) => number);
  volatility?: number | ((bar: number) => number);
  seed?: number;
  symbol?: string;
  interval?: Interval;
  from?: Timestamp;
}

/** A seeded random walk with whatever drift and volatility a test plants in it. */
export function plantedSeries(options: PathOptions = {}): BarSeries {
  const { bars = 600, start = 1.1, drift = 0, volatility = 0.001, seed = 1 } = options;
  const { symbol = 'EURUSD', interval = '1h', from = Date.UTC(2025, 0, 6) } = options;
  const random = seeded(seed);
  const at = (value: number | ((bar: number) => number), i: number) => (typeof value === 'number' ? value : value(i));
  let close = start;
  return toSeries(
    symbol,
    interval,
    Array.from({ length: bars }, (_, i) => {
      const spread = at(volatility, i);
      const open = close;
      close = open * Math.exp(at(drift, i) + spread * normal(random));
      const openTime = from + i * intervalMs[interval];
      const [top, bottom] = [Math.max(open, close), Math.min(open, close)];
      return {
        openTime,
        closeTime: barClose(interval, openTime),
        open,
        high: top * Math.exp(spread * 0.4 * random()),
        low: bottom * Math.exp(-spread * 0.4 * random()),
        close,
        volume: 1_000 + Math.floor(1_000 * random()),
        receiveTime: barClose(interval, openTime),
      };
    }),
  );
}

/** Prices turned upside down: every log return changes its sign, highs become lows. */
export function mirrored(series: BarSeries, around = 1.1): BarSeries {
  const flip = (column: Float64Array) => column.map((value) => (around * around) / value);
  return {
    ...series,
    open: flip(series.open),
    high: flip(series.low),
    low: flip(series.high),
    close: flip(series.close),
  };
}

export const emptyAccount = (more: Partial<Account> = {}): Account => ({
  id: 'paper',
  currency: 'USD',
  mode: 'paper',
  broker: 'paper',
  cash: money('100000'),
  deposited: money('100000'),
  fees: money('0'),
  realised: money('0'),
  positions: [],
  openOrders: [],
  recentTrades: [],
  recentSubmissions: [],
  tradingState: 'active',
  peakEquity: money('100000'),
  dayStartEquity: money('100000'),
  day: '2025-01-06',
  openedAt: Date.UTC(2025, 0, 1),
  sequence: 1,
  ...more,
});

/** Dated facts around a series: no news, no events, an empty account, an open session. */
export function factsOf(series: BarSeries, more: Partial<DatedFacts> = {}): DatedFacts {
  const instrument: Instrument = instrumentOf(series.symbol)!;
  return {
    instrument,
    interval: series.interval,
    asOf: series.closeTime[series.length - 1]!,
    series,
    others: {},
    source: 'test',
    simulated: false,
    quality: { score: 1, flags: [], stale: false, checkedBars: series.length, rejectedBars: 0 },
    news: [],
    events: [],
    account: emptyAccount(),
    rate: 1,
    sessionOpen: true,
    ...more,
  };
}
