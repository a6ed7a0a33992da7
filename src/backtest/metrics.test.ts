import { describe, expect, it } from 'vitest';
import { DAY } from '../domain/time.ts';
import { dailyReturns, type MetricsInput, measure, type Trade } from './metrics.ts';

const start = Date.UTC(2025, 0, 1);

/** An account that starts with 100 and ends each day as given. */
function days(equity: readonly number[], trades: readonly number[] = []): MetricsInput {
  return {
    start: { time: start, equity: 100 },
    times: Float64Array.from(equity, (_, i) => start + (i + 1) * DAY),
    equity: Float64Array.from(equity),
    barsHeld: equity.length / 2,
    traded: 1000,
    trades: trades.map((profit) => ({ profit }) as Trade),
  };
}

/** Every second day +2 %, every other -1 %. */
const seesaw = (count: number) => {
  let at = 100;
  return Array.from({ length: count }, (_, i) => {
    at *= i % 2 === 0 ? 1.02 : 0.99;
    return at;
  });
};

describe('metrics of a backtest', () => {
  it('are refused, with a reason, below the least sample', () => {
    const metrics = measure(days([101, 102, 99], [1, -2]));
    expect(metrics).toMatchObject({ return: -0.010000000000000009, sharpe: null, cagr: null, winRate: null });
    expect(metrics.refused.sharpe).toBe('needs 30 daily returns, has 3');
    expect(metrics.refused.cagr).toBe('needs 90 days, has 3');
    expect(metrics.refused.winRate).toBe('needs 10 trades, has 2');
    expect(metrics.refused.valueAtRisk95).toBe('needs 60 daily returns, has 3');
  });

  it('of an empty run are nothing, not NaN', () => {
    expect(measure(days([]))).toMatchObject({ return: 0, maxDrawdown: 0, exposure: 0, sharpe: null });
  });

  it('agree with the textbook on a seesaw of +2 % and -1 %', () => {
    const metrics = measure(days(seesaw(200)));
    // Mean 0.5 %, deviation 1.5 %, downside sqrt(0.5) × 1 %, 365.25 days a year.
    expect(metrics.volatility).toBeCloseTo(0.015 * Math.sqrt(365.25), 10);
    expect(metrics.sharpe).toBeCloseTo((0.005 / 0.015) * Math.sqrt(365.25), 10);
    expect(metrics.sortino).toBeCloseTo((0.005 / (0.01 * Math.SQRT1_2)) * Math.sqrt(365.25), 10);
    expect(metrics.maxDrawdown).toBeCloseTo(0.01, 12);
    expect(metrics.cagr).toBeCloseTo((1.02 * 0.99) ** (365.25 / 2) - 1, 8);
    expect(metrics.calmar).toBeCloseTo(metrics.cagr! / 0.01, 8);
    expect(metrics.valueAtRisk95).toBeCloseTo(0.01, 12);
    expect(metrics.conditionalValueAtRisk95).toBeCloseTo(0.01, 12);
    expect(metrics.exposure).toBe(0.5);
  });

  it('measure a drawdown from its peak to its recovery', () => {
    const metrics = measure(days([120, 90, 100, 119, 130, 125]));
    expect(metrics.maxDrawdown).toBeCloseTo(0.25, 12);
    expect(metrics.maxDrawdownDurationMs).toBe(3 * DAY);
  });

  it('of trades: two wins of 3 for each loss of 2', () => {
    const trades = Array.from({ length: 15 }, (_, i) => (i % 3 === 0 ? -2 : 3));
    const metrics = measure(days(seesaw(10), trades));
    expect(metrics).toMatchObject({ winRate: 10 / 15, profitFactor: 3, expectancy: 20 / 15, trades: 15 });
  });

  it('say so where a ratio has no denominator', () => {
    const metrics = measure(
      days(
        Array.from({ length: 100 }, () => 100),
        Array.from({ length: 10 }, () => 1),
      ),
    );
    expect(metrics.refused).toMatchObject({
      sharpe: 'equity never moved',
      sortino: 'no day lost',
      calmar: 'no drawdown',
      profitFactor: 'no trade lost',
    });
  });
});

describe('daily returns', () => {
  it('use the last mark of each day, and count a bar that ends at midnight to the day it ends', () => {
    const hours = [6, 12, 24, 30, 48].map((hour) => start + (hour * DAY) / 24);
    const returns = dailyReturns({
      start: { time: start, equity: 100 },
      times: Float64Array.from(hours),
      equity: Float64Array.from([50, 70, 110, 1, 121]),
    });
    expect(returns.map((each) => each.toFixed(6))).toEqual(['0.100000', '0.100000']);
  });
});
