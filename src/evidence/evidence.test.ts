import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asOfSeries, type BarSeries, sliceSeries } from '../domain/bar.ts';
import { canonicalJson } from '../domain/canonical.ts';
import { money, price, quantity, rate } from '../domain/decimal.ts';
import { instrumentOf } from '../domain/instruments.ts';
import type { EconomicEvent, NewsItem } from '../domain/news.ts';
import { type AnalystName, analysts } from '../domain/signal.ts';
import { DAY, HOUR } from '../domain/time.ts';
import { emptyAccount, factsOf, mirrored, plantedSeries } from '../testing/market-fixture.ts';
import { readBook } from './book.ts';
import { currencyEffects } from './currencies.ts';
import { readEconomy } from './economy.ts';
import { ruleRecords } from './rules.ts';
import { evidenceOf, marketOf, situation, WINDOW } from './situation.ts';

const series = plantedSeries({ bars: 700, seed: 7 });
const asOf = series.closeTime[599]!;
const eurusd = instrumentOf('EURUSD')!;

const release = (more: Partial<EconomicEvent> = {}): EconomicEvent => ({
  id: 'e1',
  name: 'CPI y/y',
  currency: 'USD',
  impact: 'high',
  eventTime: asOf - DAY,
  announcedTime: asOf - 30 * DAY,
  forecast: 3,
  actual: 3.3,
  source: 'test',
  ...more,
});
const headline = (text: string, more: Partial<NewsItem> = {}): NewsItem => ({
  id: text,
  headline: text,
  source: 'wire',
  tier: 1,
  eventTime: asOf - HOUR,
  receiveTime: asOf,
  symbols: [],
  ...more,
});
const everything = () =>
  factsOf(series, {
    asOf,
    news: [headline('Euro rises sharply'), headline('Dollar slumps', { source: 'press' })],
    events: [release(), release({ id: 'e2', eventTime: asOf + 10 * HOUR, name: 'Nonfarm Payrolls', actual: 250 })],
    others: { GBPUSD: plantedSeries({ symbol: 'GBPUSD', bars: 700, seed: 8 }) },
  });
const factOf = (analyst: AnalystName, id: string, facts = everything()) =>
  evidenceOf[analyst](situation(facts)).facts[id]?.value;

describe('evidence', () => {
  it('is plain JSON: the same bytes whether it came through a tool or not, and nothing after asOf', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer({ min: 1, max: 10_000 }),
          bars: fc.integer({ min: 2, max: 160 }),
          drift: fc.double({ min: -0.002, max: 0.002, noNaN: true }),
          volatility: fc.constantFrom(0, 0.0005, 0.02),
        }),
        (options) => {
          const now = situation(factsOf(plantedSeries(options)));
          for (const analyst of analysts) {
            const evidence = evidenceOf[analyst](now);
            const text = canonicalJson(evidence);
            expect(canonicalJson(JSON.parse(JSON.stringify(evidence)))).toBe(text);
            expect(text).toBe(canonicalJson(evidenceOf[analyst](now)));
            for (const [id, fact] of Object.entries(evidence.facts)) {
              expect(fact.id).toBe(id);
              expect(fact.eventTime).toBeLessThanOrEqual(evidence.asOf);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('never changes when the future is known: bars, news, releases and quotes after asOf', () => {
    const known = { ...everything(), series: asOfSeries(series, asOf), others: {} };
    const future = {
      ...known,
      series,
      news: [...known.news, headline('Euro crashes', { eventTime: asOf + 1 })],
      events: [
        ...known.events.map((event) => (event.eventTime > asOf ? { ...event, actual: 999 } : event)),
        release({ id: 'late', announcedTime: asOf + 1, eventTime: asOf + HOUR }),
      ],
      quote: { symbol: 'EURUSD', bid: 9, ask: 9.1, eventTime: asOf + 1, receiveTime: asOf, source: 'tomorrow' },
    };
    for (const analyst of analysts) {
      expect(evidenceOf[analyst](situation(future))).toEqual(evidenceOf[analyst](situation(known)));
    }
    expect(marketOf([situation(future)], 'USD')).toEqual(marketOf([situation(known)], 'USD'));
  });

  it('depends on the last bars of the window only', () => {
    const long = plantedSeries({ bars: WINDOW + 300, seed: 3 });
    const short = sliceSeries(long, 300, WINDOW + 300);
    for (const analyst of analysts) {
      expect(evidenceOf[analyst](situation(factsOf(long)))).toEqual(evidenceOf[analyst](situation(factsOf(short))));
    }
  });

  it('is refused with fewer than two bars', () => {
    expect(() => situation(factsOf(sliceSeries(series, 0, 1)))).toThrow(
      expect.objectContaining({ code: 'not_enough_history' }),
    );
  });

  it('is null, not zero or NaN, where it cannot be known', () => {
    const young = situation(factsOf(sliceSeries(series, 0, 5)));
    expect(evidenceOf['trend-analyst'](young).facts['trend.adx']!.value).toBeNull();
    expect(evidenceOf['chart-analyst'](young).facts['chart.rsi']!.value).toBeNull();
    expect(young.market.atr).toBeGreaterThan(0);
    expect(young.market.dailyVolatility).toBeGreaterThan(0);
  });
});

describe('the trend', () => {
  it('is read upside down from prices that are upside down', () => {
    for (const id of ['trend.alignment', 'trend.slope', 'trend.momentum', 'trend.ema_order', 'trend.breakout']) {
      const plain = factOf('trend-analyst', id, factsOf(series)) as number;
      const turned = factOf('trend-analyst', id, factsOf(mirrored(series))) as number;
      expect(turned).toBeCloseTo(-plain, 2);
    }
  });

  it('breaks out when the last close is beyond twenty bars', () => {
    const jump = plantedSeries({ bars: 100, drift: (i) => (i === 99 ? 0.02 : 0), seed: 5 });
    expect(factOf('trend-analyst', 'trend.breakout', factsOf(jump))).toBe(1);
    expect(factOf('trend-analyst', 'trend.breakout', factsOf(mirrored(jump)))).toBe(-1);
  });
});

describe('the rules of the strategist', () => {
  it('earn in a trend what they follow, and pay for turning', () => {
    const trending = plantedSeries({ bars: 500, drift: 0.001, volatility: 0.0005, seed: 2 });
    const records = ruleRecords(trending, 0.0001);
    const momentum = records.find(({ name }) => name === 'momentum')!;
    expect(momentum.position).toBe(1);
    expect(momentum.t!).toBeGreaterThan(5);
    const dear = ruleRecords(trending, 0.01);
    for (const [i, { trades, expectancy }] of records.entries()) {
      if (trades > 0) expect(dear[i]!.expectancy!).toBeCloseTo(expectancy! - 2 * 0.0099, 9);
    }
  });

  it('hold the opposite of mirrored prices, with the same record', () => {
    const [plain, turned] = [ruleRecords(series, 0.0001), ruleRecords(mirrored(series), 0.0001)];
    for (const [i, record] of plain.entries()) {
      expect(turned[i]!.position).toBe(record.position === 0 ? 0 : -record.position);
      // Averages of inverted prices are not quite inverted averages: a cross may come a bar later.
      expect(Math.abs(turned[i]!.trades - record.trades)).toBeLessThanOrEqual(2);
      expect(Math.abs(turned[i]!.t! - record.t!)).toBeLessThan(0.5);
    }
  });

  it('count a trade by hand: bought at 100, sold at 110, one unit of cost each way', () => {
    const close = Float64Array.from({ length: 90 }, () => 100);
    for (let i = 60; i < 90; i++) close[i] = 110;
    const flat: BarSeries = { ...plantedSeries({ bars: 90 }), close, high: close.slice(), low: close.slice() };
    const donchian = ruleRecords(flat, 0.001).find(({ name }) => name === 'donchian')!;
    expect(donchian).toMatchObject({ position: 1, trades: 0, hitRate: null });
    close[80] = 90;
    const turned = ruleRecords({ ...flat, high: close.slice(), low: close.slice() }, 0.001);
    const record = turned.find(({ name }) => name === 'donchian')!;
    expect(record.trades).toBe(1);
    // In at 110 after the break, out at 90.
    expect(record.expectancy).toBeCloseTo(Math.log(90 / 110) - 0.002, 10);
    expect(record.hitRate).toBe(0);
  });

  it('need 80 bars, and do nothing in a market that stands still', () => {
    expect(ruleRecords(sliceSeries(series, 0, 79), 0)).toEqual([]);
    const still = plantedSeries({ bars: 200, volatility: 0 });
    for (const record of ruleRecords(still, 0.001)) expect(record).toMatchObject({ position: 0, trades: 0, t: null });
  });
});

describe('the economy', () => {
  const read = (events: EconomicEvent[]) => readEconomy(events, eurusd, asOf);

  it('lowers the pair when America surprises upwards, and lifts it when Europe does', () => {
    expect(read([release()]).balance).toBeLessThan(0);
    expect(read([release({ currency: 'EUR' })]).balance).toBeGreaterThan(0);
    expect(read([release({ name: 'Unemployment Rate' })]).balance).toBeGreaterThan(0);
    expect(read([release({ actual: 3 })]).balance).toBe(0);
  });

  it('forgets: the same surprise weighs less when it is older', () => {
    const fresh = Math.abs(read([release()]).balance!);
    const old = Math.abs(read([release({ eventTime: asOf - 15 * DAY })]).balance!);
    expect(old).toBeLessThan(fresh / 2);
  });

  it('measures a miss in the usual misses of that release', () => {
    const past = [-0.4, 0.5, -0.45].map((miss, i) =>
      release({ id: `p${i}`, eventTime: asOf - (60 + 30 * i) * DAY, forecast: 3, actual: 3 + miss }),
    );
    const small = read([...past, release({ actual: 3.05 })]).surprises.USD!;
    expect(small).toBeGreaterThan(0);
    expect(small).toBeLessThan(read([...past, release({ actual: 4 })]).surprises.USD! / 3);
  });

  it('knows carry once both rates were decided, and what is due', () => {
    const reading = read([
      release({ id: 'a', name: 'Fed Interest Rate Decision', actual: 4.5, forecast: 4.5 }),
      release({ id: 'b', name: 'ECB Interest Rate Decision', currency: 'EUR', actual: 2, forecast: 2 }),
      release({ id: 'c', eventTime: asOf + 3 * HOUR, actual: undefined }),
    ]);
    expect(reading.carry).toBe(-2.5);
    expect(reading.next).toMatchObject({ hours: 3 });
  });

  it('says nothing without releases', () => {
    expect(read([])).toMatchObject({ releases: 0, balance: null, last: null, next: null, carry: null });
  });
});

describe('the market that risk sees', () => {
  it('takes a known quote, or the close and the usual spread, and says which', () => {
    const quote = { symbol: 'EURUSD', bid: 1.1, ask: 1.1002, eventTime: asOf - 1, receiveTime: asOf, source: 'live' };
    expect(situation({ ...everything(), quote }).market).toMatchObject({ bid: 1.1, ask: 1.1002, source: 'live' });
    const { market } = situation(everything());
    expect(market.ask - market.bid).toBeCloseTo(eurusd.typicalSpread, 12);
    expect(market.source).toContain('usual spread');
  });

  it('is in blackout around a high-impact release of its currencies only', () => {
    const around = (more: Partial<EconomicEvent>) =>
      situation({ ...everything(), events: [release(more)] }).market.blackout;
    expect(around({ eventTime: asOf + 30 * 60_000 })).toMatchObject({ name: 'USD CPI y/y' });
    expect(around({ eventTime: asOf + 2 * HOUR })).toBeNull();
    expect(around({ eventTime: asOf, impact: 'medium' })).toBeNull();
    expect(around({ eventTime: asOf, currency: 'JPY' })).toBeNull();
  });

  it('gathers several instruments with each pair of correlations', () => {
    const gbp = plantedSeries({ symbol: 'GBPUSD', bars: 700, seed: 7 });
    const market = marketOf(
      [situation({ ...everything(), others: { GBPUSD: gbp } }), situation(factsOf(gbp, { asOf }))],
      'USD',
    );
    expect(Object.keys(market.instruments).sort()).toEqual(['EURUSD', 'GBPUSD']);
    expect(market.correlations['EURUSD|GBPUSD']).toBeCloseTo(1, 6);
  });
});

describe('what moves an instrument', () => {
  it.each([
    ['EURUSD', { EUR: 1, USD: -1 }],
    ['XAUUSD', { USD: -1 }],
    ['BTCUSDT', { USD: -0.5 }],
    ['AAPL', { USD: 0.5 }],
  ])('%s is moved by %o', (symbol, effects) => {
    const found = currencyEffects(instrumentOf(symbol)!);
    expect(Object.fromEntries(found.map(({ currency, effect }) => [currency, effect]))).toEqual(effects);
  });

  it('is shown to the risk analyst with the closest thing that the account holds', () => {
    const gbp = plantedSeries({ symbol: 'GBPUSD', bars: 700, seed: 7 });
    const facts = { ...everything(), others: { GBPUSD: gbp }, account: holdingSterling };
    expect(factOf('risk-analyst', 'risk.closest.symbol', facts)).toBe('GBPUSD');
    expect(factOf('risk-analyst', 'risk.book_lean', facts)).toBeGreaterThan(0.4);
    expect(factOf('risk-analyst', 'risk.event.name', facts)).toBe('USD Nonfarm Payrolls');
  });
});

const lot = { quantity: quantity('50000'), price: price('1.1'), rate: rate('1'), openedAt: 0, fillId: 'f' };
const holdingSterling = emptyAccount({
  // 55,000 of the 100,000 went into the position.
  cash: money('45000'),
  positions: [
    {
      symbol: 'GBPUSD',
      side: 'long',
      quantity: quantity('50000'),
      averagePrice: price('1.1'),
      lots: [lot],
      realised: money('0'),
      openedAt: 0,
    },
  ],
});

describe('the book', () => {
  it('leans the way of correlated positions', () => {
    const book = readBook(holdingSterling, 'EURUSD', { 'EURUSD|GBPUSD': 0.8 }, () => 1.1);
    expect(book).toMatchObject({ held: 0, positions: 1, drawdown: 0 });
    expect(book.lean).toBeCloseTo((0.8 * 55_000) / 100_000, 9);
    expect(readBook(holdingSterling, 'GBPUSD', {}, () => 1.1)).toMatchObject({ held: 1 });
  });

  it('falls from its peak as the marks fall', () => {
    expect(readBook(holdingSterling, 'EURUSD', {}, () => 1.0).drawdown).toBeCloseTo(0.05, 9);
  });
});
