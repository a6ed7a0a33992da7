import { describe, expect, it } from 'vitest';
import { judges } from '../../agents/judges/index.ts';
import { sliceSeries } from '../domain/bar.ts';
import { money } from '../domain/decimal.ts';
import { requireInstrument } from '../domain/instruments.ts';
import type { EconomicEvent, NewsItem } from '../domain/news.ts';
import type { Fill, Order } from '../domain/order.ts';
import { DAY, HOUR } from '../domain/time.ts';
import { policyOf } from '../engine/policy.ts';
import { openAccount } from '../portfolio/account.ts';
import { strategyNames } from '../strategies/index.ts';
import { syntheticBars } from '../testing/synthetic-bars.ts';
import { defaultCosts } from './costs.ts';
import { thin } from './dataset.ts';
import { createFactWindow } from './fact-window.ts';
import { lookAheadSteps } from './look-ahead.ts';
import { createReader } from './panel.ts';
import type { BacktestRequest, Progress } from './request.ts';
import { createRuleMarket } from './rule-market.ts';
import { runBacktest, runBacktestPolitely } from './run.ts';
import { type Outcome, simulate } from './simulate.ts';

const series = syntheticBars({ bars: 1_500, seed: 3 });
const base: BacktestRequest = {
  strategy: 'sma-cross',
  instrument: requireInstrument('EURUSD'),
  series,
  source: 'made up',
  simulated: true,
  policy: policyOf(),
};
const free = {
  spread: 0,
  slippageOfSpread: 0,
  slippageOfRange: 0,
  commission: { ...defaultCosts.commission, fx: { rate: 0, perUnit: 0, minimum: 0 } },
};
const noPause = async () => {};

const event = (eventTime: number): EconomicEvent => ({
  id: `nfp-${eventTime}`,
  name: 'Payrolls',
  currency: 'USD',
  impact: 'high',
  eventTime,
  announcedTime: 0,
  source: 'test',
});

describe('a backtest', () => {
  it.each(strategyNames)('of %s trades, pays costs and passes its look-ahead test', (strategy) => {
    const report = runBacktest({ ...base, strategy });
    expect(report.metrics.trades).toBeGreaterThan(0);
    expect(report.costs.commission).toBeGreaterThan(0);
    expect(report.costs.slippage).toBeGreaterThan(0);
    expect(report.lookAhead).toMatchObject({ outcome: 'passed', cuts: [{}, {}, {}] });
    expect(report.equity.length).toBeLessThanOrEqual(500);
    expect(report.equity.at(-1)!.equity).toBeCloseTo(Number(report.finalEquity), 4);
  });

  it('gives the same report, byte for byte, when it is run again', () => {
    expect(JSON.stringify(runBacktest(base))).toBe(JSON.stringify(runBacktest(base)));
  });

  it('names the bars it ran on: another price is another dataset and another hash', () => {
    const other = syntheticBars({ bars: 1_500, seed: 4 });
    const [a, b] = [runBacktest(base), runBacktest({ ...base, series: other })];
    expect(a.dataset.hash).not.toBe(b.dataset.hash);
    expect(a.hash).not.toBe(b.hash);
  });

  it('fills no order in the bar that it was decided on, or before', () => {
    const orders = new Map<string, Order>();
    const fills: Fill[] = [];
    runBacktest({
      ...base,
      observe: { order: (order) => orders.set(order.clientOrderId, order), fill: (fill) => fills.push(fill) },
    });
    const entries = fills.filter((fill) => orders.has(fill.clientOrderId));
    expect(entries.length).toBeGreaterThan(10);
    for (const fill of entries) {
      expect(fill.eventTime).toBeGreaterThanOrEqual(orders.get(fill.clientOrderId)!.createdAt);
      expect(fill.receiveTime).toBeGreaterThan(orders.get(fill.clientOrderId)!.createdAt);
    }
  });

  it('ends with the cash it began with plus the profits of its trades', () => {
    const runs = [1_499, 1_460, 1_420, 1_380].map((row) =>
      runBacktest({ ...base, to: series.closeTime[row]!, parameters: { shorts: 0 } }),
    );
    // A run that ends flat: an entry and an exit for each trade.
    const report = runs.find(({ fills, trades }) => fills === 2 * trades.length)!;
    const profit = report.trades.reduce((sum, trade) => sum + trade.profit, 0);
    expect(report.trades.length).toBeGreaterThan(3);
    expect(Number(report.finalEquity)).toBeCloseTo(100_000 + profit, 4);
    expect(report.trades.every((trade) => trade.side === 'long')).toBe(true);
  });

  it('is worse with the usual costs than without any', () => {
    const gross = runBacktest({ ...base, strategy: 'macd', costs: free });
    const net = runBacktest({ ...base, strategy: 'macd' });
    expect(gross.costs.total).toBeCloseTo(0, 6);
    expect(net.costs.total).toBeGreaterThan(10);
    expect(Number(net.finalEquity)).toBeLessThan(Number(gross.finalEquity));
  });

  it('trades only between from and to, but knows the bars before', () => {
    const from = series.openTime[700]!;
    const to = series.closeTime[999]!;
    const report = runBacktest({ ...base, from, to });
    expect(report).toMatchObject({ bars: 300, from: '2025-04-01T04:00:00.000Z', to: '2025-04-13T16:00:00.000Z' });
    expect(report.trades.every((trade) => Date.parse(trade.openedAt) >= from && Date.parse(trade.closedAt) <= to)).toBe(
      true,
    );
    expect(report.notices.join()).not.toMatch(/warm/);
    expect(runBacktest({ ...base, to: series.closeTime[300]! }).notices[0]).toMatch(/it takes 49 to be warm/);
  });

  it('lets the risk rules refuse, and counts why', () => {
    const report = runBacktest({ ...base, policy: policyOf({ profile: 'conservative' }) });
    expect(report.rejections.short_allowed).toBeGreaterThan(0);
    expect(report.intents.rejected).toBeGreaterThan(0);
    expect(report.trades.every((trade) => trade.side === 'long')).toBe(true);
  });

  it('takes its side again after a stop where the strategy is steadfast', () => {
    const report = runBacktest({ ...base, strategy: 'buy-and-hold' });
    expect(report.trades.filter((trade) => trade.exit === 'stop').length).toBeGreaterThan(1);
    expect(report.metrics.exposure).toBeGreaterThan(0.5);
  });

  it('counts profits of USDJPY in dollars', () => {
    const yen = syntheticBars({ symbol: 'USDJPY', bars: 800, start: 150, digits: 3 });
    const report = runBacktest({ ...base, instrument: requireInstrument('USDJPY'), series: yen });
    expect(report.metrics.trades).toBeGreaterThan(3);
    expect(Math.abs(Number(report.finalEquity) - 100_000)).toBeLessThan(5_000);
    expect(report.costs.commission / report.fills).toBeLessThan(1);
  });

  it('of the consensus asks six judges at every bar and passes its look-ahead test', () => {
    const hashes = new Set<string>();
    const request = { ...base, strategy: 'consensus', judges, from: series.openTime[400]!, to: series.closeTime[459]! };
    const report = runBacktest({
      ...request,
      observe: {
        decision: ({ panel, hash }) => {
          hashes.add(hash);
          expect(panel.entries.map((entry) => entry.signal.analyst)).toHaveLength(6);
        },
      },
    });
    expect(report).toMatchObject({ decisions: 60, bars: 60, parameters: {} });
    expect(report.lookAhead).toMatchObject({ outcome: 'passed', cuts: [{ bars: 25, equal: true }] });
    expect(hashes.size).toBe(60);
  });
});

describe('what a backtest refuses', () => {
  it.each([
    [{ strategy: 'astrology' }, 'invalid_input', /no strategy "astrology"/],
    [{ strategy: 'consensus' }, 'invalid_input', /needs the judges/],
    [{ from: Date.UTC(2030, 0, 1) }, 'not_enough_history', /too few bars/],
    [{ series: sliceSeries(series, 0, 0) }, 'not_enough_history', /too few bars/],
    [{ parameters: { fast: 0 } }, 'invalid_input', /fast must be/],
    [{ instrument: requireInstrument('EURJPY') }, 'invalid_input', /rate from JPY to USD/],
  ])('%o', (changes, code, why) => {
    expect(() => runBacktest({ ...base, ...(changes as Partial<BacktestRequest>) })).toThrow(why);
    try {
      runBacktest({ ...base, ...(changes as Partial<BacktestRequest>) });
    } catch (failure) {
      expect(failure).toMatchObject({ code });
    }
  });
});

describe('a long backtest', () => {
  it('tells how far it is, and gives way to others', async () => {
    const progress: Progress[] = [];
    let pauses = 0;
    const report = await runBacktestPolitely(
      { ...base, onProgress: (each) => progress.push(each) },
      async () => void pauses++,
    );
    expect(progress.map((each) => each.bars)).toEqual([256, 512, 768, 1024, 1280]);
    expect(pauses).toBeGreaterThanOrEqual(5);
    expect(report.hash).toBe(runBacktest(base).hash);
  });

  it('stops when it is cancelled', async () => {
    const stop = new AbortController();
    const run = runBacktestPolitely({ ...base, signal: stop.signal, onProgress: () => stop.abort() }, noPause);
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('the look-ahead test', () => {
  const finish = <T>(steps: Generator<unknown, T, void>): T => {
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value as T;
    }
  };

  it('catches a run whose past depends on how much future there is', () => {
    function* peeking(request: BacktestRequest): Generator<Progress, Outcome, void> {
      const honest = yield* simulate(request);
      const last = request.series.close.at(-1)!;
      return { ...honest, curve: honest.curve.map((equity) => equity / last) };
    }
    const whole = finish(peeking(base));
    expect(finish(lookAheadSteps(base, whole, peeking)).outcome).toBe('failed');
    expect(finish(lookAheadSteps(base, finish(simulate(base)))).outcome).toBe('passed');
  });

  it('catches a decision that only the future can explain', () => {
    function* peeking(request: BacktestRequest): Generator<Progress, Outcome, void> {
      const honest = yield* simulate(request);
      const { close } = request.series;
      const past = honest.past.map(({ row, text }) => ({
        row,
        text: `${text} ${(close[row + 60] ?? 0) > close[row]!}`,
      }));
      return { ...honest, past };
    }
    const whole = finish(peeking(base));
    const { outcome, cuts } = finish(lookAheadSteps(base, whole, peeking));
    expect(outcome).toBe('failed');
    expect(cuts.some((cut) => !cut.equal)).toBe(true);
  });
});

describe('the market of a rule', () => {
  const opening = { currency: 'USD', cash: money('100000'), mode: 'paper' as const, broker: 'paper' };
  const account = openAccount('main', opening, series.openTime[0]!);
  it.each([30, 400, 1_100, 1_499])('at bar %i is the one that the panel would have seen', (row) => {
    const asOf = series.closeTime[row]!;
    const { market } = createReader(base, 'USD')(asOf, account, 1);
    const seen = createRuleMarket(base, 'USD')(row, account, 1);
    const regime = market.instruments.EURUSD!.regime;
    expect({ ...seen, instruments: { EURUSD: { ...seen.instruments.EURUSD!, regime } } }).toEqual(market);
  });

  it('knows the blackout around a release', () => {
    const row = 400;
    const release = series.closeTime[row]! + HOUR / 2;
    const at = createRuleMarket({ ...base, events: [event(release)] }, 'USD');
    expect(at(row, account, 1).instruments.EURUSD!.blackout).toMatchObject({ eventTime: release });
    expect(at(row + 100, account, 1).instruments.EURUSD!.blackout).toBeNull();
  });
});

describe('news and releases of a backtest', () => {
  const item = (hours: number, headline: string): NewsItem => {
    const eventTime = series.closeTime[400]! + hours * HOUR;
    return {
      id: `news ${hours}`,
      headline,
      source: 'wire',
      tier: 1,
      eventTime,
      receiveTime: eventTime,
      symbols: ['EURUSD'],
    };
  };
  const good = [-2, -4, -6].map((hours) => item(hours, `Euro surges as growth beats forecasts in survey ${-hours}`));

  it('reach the judges from their time on, and never before', () => {
    const voices: string[] = [];
    runBacktest({
      ...base,
      strategy: 'consensus',
      judges,
      news: [...good, item(24 * 30, 'Euro collapses in record crash')],
      from: series.openTime[390]!,
      to: series.closeTime[402]!,
      lookAhead: false,
      observe: {
        decision: ({ panel }) =>
          voices.push(panel.entries.find((entry) => entry.signal.analyst === 'news-analyst')!.signal.kind),
      },
    });
    expect(voices[0]).toBe('abstention');
    expect(voices.at(-1)).toBe('view');
  });

  it('are cut to the window that the desk reads', () => {
    const at = series.closeTime[400]!;
    const many = Array.from({ length: 300 }, (_, i) => item(-i / 2 - 0.5, `Headline ${i}`));
    const window = createFactWindow(
      [...many, item(1, 'Tomorrow')],
      [event(at - 250 * DAY), event(at + DAY), event(at + 9 * DAY)],
    );
    const news = window.newsAt(at);
    expect(news).toHaveLength(100);
    expect(news[0]!.headline).toBe('Headline 0');
    expect(window.eventsAt(at).map((each) => each.eventTime)).toEqual([at + DAY]);
    expect(createFactWindow([item(-24 * 8, 'Old')], []).newsAt(at)).toEqual([]);
  });

  it('show a forecast that was changed only from its change on', () => {
    const at = series.closeTime[400]!;
    const release = { ...event(at + DAY), forecast: 2.4 };
    const window = createFactWindow([], [release, { ...release, forecast: 2.6, knownTime: at + HOUR }]);
    expect(window.eventsAt(at + HOUR - 1).map((each) => each.forecast)).toEqual([2.4]);
    expect(window.eventsAt(at + HOUR).map((each) => each.forecast)).toEqual([2.6]);
  });
});

describe('a thinned curve', () => {
  it('keeps the last point and never more than the limit', () => {
    expect(thin(3, 5)).toEqual([0, 1, 2]);
    expect(thin(10, 5)).toEqual([1, 3, 5, 7, 9]);
    expect(thin(1_001, 500)).toHaveLength(500);
    expect(thin(1_001, 500).at(-1)).toBe(1_000);
  });
});
