import { DAY, type Duration, type Timestamp } from '../domain/time.ts';

/** How the account stood at the close of a bar, in its own currency. */
export interface EquityPoint {
  time: Timestamp;
  equity: number;
}

/** A round trip from flat to flat, or to the other side. */
export interface Trade {
  symbol: string;
  side: 'long' | 'short';
  quantity: string;
  entryPrice: string;
  exitPrice: string;
  /** In the account's currency, after commission. */
  profit: number;
  openedAt: Timestamp;
  closedAt: Timestamp;
  /** Why it ended: `stop`, `target` or `exit`. */
  exit: string;
}

export interface MetricsInput {
  start: EquityPoint;
  /** One per bar, oldest first. */
  times: Float64Array;
  equity: Float64Array;
  /** Bars with an open position. */
  barsHeld: number;
  /** Sum of |price × quantity| of all fills, in the account's currency. */
  traded: number;
  trades: readonly Trade[];
}

/**
 * Fractions (0.05 is five per cent) and ratios. A number that the sample is too small for is null, and `refused` says
 * why: a Sharpe ratio of a week is not a small truth but none.
 */
export interface Metrics {
  return: number;
  /** Yearly growth. */
  cagr: number | null;
  /** Of daily returns, yearly. */
  volatility: number | null;
  /** Risk-free rate 0. */
  sharpe: number | null;
  sortino: number | null;
  /** CAGR over the largest drawdown. */
  calmar: number | null;
  maxDrawdown: number;
  /** From the peak to its recovery, or to the end where it never recovered. */
  maxDrawdownDurationMs: Duration;
  profitFactor: number | null;
  winRate: number | null;
  /** Mean profit of a trade, in the account's currency. */
  expectancy: number | null;
  trades: number;
  /** Share of bars with a position. */
  exposure: number;
  /** Traded notional over mean equity, per year. */
  turnover: number | null;
  /** Loss that one day in twenty exceeds, as a positive fraction: historical. */
  valueAtRisk95: number | null;
  /** Mean loss of those days. */
  conditionalValueAtRisk95: number | null;
  refused: Record<string, string>;
}

export const minimum = { dailyReturns: 30, trades: 10, days: 90, dailyReturnsForTail: 60 } as const;

const YEAR = 365.25 * DAY;

export function measure(input: MetricsInput): Metrics {
  const { start, times, equity, trades, barsHeld, traded } = input;
  const last = equity.length > 0 ? equity[equity.length - 1]! : start.equity;
  const span = equity.length > 0 ? times[times.length - 1]! - start.time : 0;
  const years = span / YEAR;
  const daily = dailyReturns(input);
  const perYear = years > 0 ? daily.length / years : 0;
  const drawdown = largestDrawdown(input);
  const refused: Record<string, string> = {};

  const given = (names: readonly string[], reason: string | undefined) => {
    if (reason === undefined) return true;
    for (const name of names) refused[name] = reason;
    return false;
  };
  const short = (what: string, have: number, need: number) =>
    have >= need ? undefined : `needs ${need} ${what}, has ${have}`;

  const mean = average(daily);
  const deviation = Math.sqrt(average(daily.map((each) => (each - mean) ** 2)));
  const downside = Math.sqrt(average(daily.map((each) => Math.min(0, each) ** 2)));
  const risky = given(['volatility', 'sharpe', 'sortino'], short('daily returns', daily.length, minimum.dailyReturns));
  const yearly = given(['cagr', 'calmar', 'turnover'], short('days', Math.floor(span / DAY), minimum.days));
  const traded10 = given(['profitFactor', 'winRate', 'expectancy'], short('trades', trades.length, minimum.trades));
  const tailed = given(
    ['valueAtRisk95', 'conditionalValueAtRisk95'],
    short('daily returns', daily.length, minimum.dailyReturnsForTail),
  );

  const cagr = last > 0 ? (last / start.equity) ** (1 / years) - 1 : -1;
  const [gains, losses] = [1, -1].map((sign) =>
    trades.reduce((sum, { profit }) => sum + Math.max(0, sign * profit), 0),
  ) as [number, number];
  const worst = [...daily].sort((a, b) => a - b).slice(0, Math.ceil(daily.length * 0.05));
  const over = (name: string, reason: string, a: number, b: number) =>
    given([name], b > 0 ? undefined : reason) ? a / b : null;

  return {
    return: last / start.equity - 1,
    cagr: yearly ? cagr : null,
    volatility: risky ? deviation * Math.sqrt(perYear) : null,
    sharpe: risky ? over('sharpe', 'equity never moved', mean * Math.sqrt(perYear), deviation) : null,
    sortino: risky ? over('sortino', 'no day lost', mean * Math.sqrt(perYear), downside) : null,
    calmar: yearly ? over('calmar', 'no drawdown', cagr, drawdown.depth) : null,
    maxDrawdown: drawdown.depth,
    maxDrawdownDurationMs: drawdown.duration,
    profitFactor: traded10 ? over('profitFactor', 'no trade lost', gains, losses) : null,
    winRate: traded10 ? trades.filter(({ profit }) => profit > 0).length / trades.length : null,
    expectancy: traded10 ? (gains - losses) / trades.length : null,
    trades: trades.length,
    exposure: equity.length > 0 ? barsHeld / equity.length : 0,
    turnover: yearly ? traded / average(equity) / years : null,
    valueAtRisk95: tailed ? Math.max(0, -worst.at(-1)!) : null,
    conditionalValueAtRisk95: tailed ? Math.max(0, -average(worst)) : null,
    refused,
  };
}

/** Returns from the last mark of one UTC day to the last of the next that has any. */
export function dailyReturns({ start, times, equity }: Pick<MetricsInput, 'start' | 'times' | 'equity'>): number[] {
  const returns: number[] = [];
  let before = start.equity;
  for (let i = 0; i < equity.length; i++) {
    // A bar that closes at midnight belongs to the day that it ends.
    const day = Math.floor((times[i]! - 1) / DAY);
    const next = i + 1 < equity.length ? Math.floor((times[i + 1]! - 1) / DAY) : Number.POSITIVE_INFINITY;
    if (day === next) continue;
    returns.push(before > 0 ? equity[i]! / before - 1 : 0);
    before = equity[i]!;
  }
  return returns;
}

function largestDrawdown({ start, times, equity }: MetricsInput) {
  let peak = start.equity;
  let peakTime = start.time;
  let depth = 0;
  let duration = 0;
  for (let i = 0; i < equity.length; i++) {
    const time = times[i]!;
    if (equity[i]! >= peak) {
      peak = equity[i]!;
      peakTime = time;
      continue;
    }
    depth = Math.max(depth, 1 - equity[i]! / peak);
    duration = Math.max(duration, time - peakTime);
  }
  return { depth, duration };
}

function average(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return values.length > 0 ? sum / values.length : 0;
}
