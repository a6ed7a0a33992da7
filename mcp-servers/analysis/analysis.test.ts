import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { correlate } from '../../src/analysis/correlation.ts';
import { detectRegime } from '../../src/analysis/regime.ts';
import { toSeries } from '../../src/domain/bar.ts';
import { canonicalJson } from '../../src/domain/canonical.ts';
import type { AnalystName } from '../../src/domain/signal.ts';
import { HOUR, toIso } from '../../src/domain/time.ts';
import { evidenceOf } from '../../src/evidence/situation.ts';
import { indicators } from '../../src/indicators/index.ts';
import { findLevels } from '../../src/patterns/levels.ts';
import type { ToolDeps } from '../deps.ts';
import { executionServer } from '../execution/server.ts';
import { sentimentServer } from '../sentiment/server.ts';
import { mount } from '../shell.ts';
import { auth, connect, type TestClient } from '../testing/clients.ts';
import { options, readingDesk, type TestDesk } from '../testing/desk.ts';
import { analysisServer } from './server.ts';

let desk: TestDesk;
/** The same world three days earlier. */
let earlier: TestDesk;
let client: TestClient;
beforeAll(async () => {
  desk = await readingDesk();
  earlier = await readingDesk(desk.clock.now() - 72 * HOUR);
  client = await connect(mount(analysisServer, desk as unknown as ToolDeps, options), { as: auth('analysis:run') });
});
afterAll(() => Promise.all([desk.close(), earlier.close()]));

const ask = async <T>(tool: string, args: Record<string, unknown>) => {
  const outcome = await client.call(tool, args);
  expect(outcome.error).toBeUndefined();
  expect(JSON.parse(outcome.content[0]!.text)).toEqual(outcome.structuredContent);
  return outcome.structuredContent as unknown as { data: T; meta: Record<string, unknown> };
};
const barsOf = async (symbol: string, limit = 1_000) =>
  toSeries(symbol, '1h', (await desk.marketData.history({ symbol, interval: '1h', limit })).bars);

const ourTools: [string, Record<string, unknown>][] = [
  ['get_snapshot_analysis', {}],
  ['get_indicators', {}],
  ['detect_patterns', { bars: 50 }],
  ['get_levels', {}],
  ['get_regime', {}],
  ['get_multi_timeframe', {}],
  ['find_similar_patterns', {}],
];

describe('every chart tool', () => {
  it.each(ourTools)('%s answers within 2,000 tokens and says that the market is simulated', async (tool, args) => {
    for (const symbol of ['EURUSD', 'BTCUSDT']) {
      const { data, meta } = await ask<{ symbol: string }>(tool, { symbol, ...args });
      expect(data.symbol).toBe(symbol);
      expect(meta).toMatchObject({ simulated: true, source: 'simulated', asOf: toIso(desk.clock.now()) });
      expect(JSON.stringify({ data, meta }).length).toBeLessThan(6_500);
    }
  });

  it.each(ourTools)('%s says at a past moment what it would have said then', async (tool, args) => {
    const past = await connect(mount(analysisServer, earlier as unknown as ToolDeps, options), {
      as: auth('analysis:run'),
    });
    const live = await past.call(tool, { symbol: 'EURUSD', ...args });
    const later = await ask(tool, { symbol: 'EURUSD', ...args, asOf: toIso(earlier.clock.now()) });
    expect(later.data).toEqual(live.structuredContent?.data);
  });
});

describe('get_indicators', () => {
  it('gives what the indicator gives, on the last bar', async () => {
    const series = await barsOf('EURUSD', 1_001);
    const last = series.length - 1;
    const { data } = await ask<{ indicators: unknown; close: number; time: string }>('get_indicators', {
      symbol: 'eurusd',
      indicators: 'RSI14, sma:50',
    });
    const rounded = (value: number) => Number(value.toPrecision(7));
    expect(data.indicators).toMatchObject([
      { name: 'rsi', parameters: { period: 14 }, latest: { rsi: rounded(indicators.rsi.batch(series).rsi[last]!) } },
      { name: 'sma', latest: { sma: rounded(indicators.sma.batch(series, { period: 50 }).sma[last]!) } },
    ]);
    expect(data).toMatchObject({ close: series.close[last], time: toIso(series.closeTime[last]!) });
  });

  it('reads parameters in order, synonyms, and gives the last values when asked', async () => {
    const { data } = await ask<{ indicators: { series?: Record<string, number[]> }[] }>('get_indicators', {
      symbol: 'EURUSD',
      indicators: ['macd:8:21:5', 'Bollinger(30)', 'stoch_rsi'],
      limit: 10,
    });
    expect(data.indicators).toMatchObject([
      { name: 'macd', parameters: { fast: 8, slow: 21, signal: 5 } },
      { name: 'bbands', parameters: { period: 30 } },
      { name: 'stochrsi' },
    ]);
    expect(data.indicators[0]?.series?.macd).toHaveLength(10);
  });

  it.each([
    ['rsx', 'Did you mean'],
    ['rsi:14:3', 'rsi takes 1 parameter: period.'],
    ['obv:3', 'obv takes 0 parameters: none.'],
    ['rsi:1', 'rsi period must be a whole number from 2 to 10000, not 1.'],
    ['rsi:14.5', 'must be a whole number'],
  ])('refuses %s and says what is right', async (name, hint) => {
    const { error } = await client.call('get_indicators', { symbol: 'EURUSD', indicators: [name] });
    expect(error?.code).toBe('invalid_input');
    expect(`${error?.message} ${error?.hint}`).toContain(hint);
  });

  it('lists every indicator with its parameters', async () => {
    const { data } = await ask<{ indicators: { name: string }[] }>('list_indicators', {});
    expect(data.indicators.map((each) => each.name)).toEqual(Object.keys(indicators));
    const found = await ask<{ indicators: unknown[] }>('list_indicators', { search: 'relative strength' });
    expect(found.data.indicators).toContainEqual(expect.objectContaining({ name: 'rsi', parameters: { period: 14 } }));
  });
});

describe('the state of the market', () => {
  it('is the same as the pure functions say', async () => {
    const series = await barsOf('BTCUSDT');
    expect((await ask<{ regime: { name: string } }>('get_regime', { symbol: 'BTCUSDT' })).data.regime.name).toBe(
      detectRegime(series)!.name,
    );
    const levels = (await ask<{ levels: { kind: string; touches: number }[] }>('get_levels', { symbol: 'BTCUSDT' }))
      .data;
    expect(levels.levels.map(({ kind, touches }) => ({ kind, touches }))).toEqual(
      findLevels(series).map(({ kind, touches }) => ({ kind, touches })),
    );
  });

  it('correlates every pair once', async () => {
    const { data } = await ask<{ pairs: { a: string; b: string; correlation: number; bars: number }[] }>(
      'get_correlation',
      { symbols: 'EURUSD,GBPUSD,eur/usd,BTCUSDT' },
    );
    expect(data.pairs.map(({ a, b }) => `${a} ${b}`)).toEqual(['EURUSD GBPUSD', 'EURUSD BTCUSDT', 'GBPUSD BTCUSDT']);
    const direct = correlate(await barsOf('EURUSD', 300), await barsOf('GBPUSD', 300));
    expect(data.pairs[0]?.correlation).toBeCloseTo(direct.value!, 5);
    expect(data.pairs[0]?.bars).toBe(direct.count);
  });

  it('shows every reading when asked for detail', async () => {
    const read = async (response_format: string) =>
      (await ask<{ indicators: object }>('get_snapshot_analysis', { symbol: 'EURUSD', response_format })).data
        .indicators;
    expect(Object.keys(await read('detailed')).length).toBeGreaterThan(Object.keys(await read('concise')).length);
  });
});

describe('evidence', () => {
  const tools: [string, AnalystName][] = [
    ['get_strategy_evidence', 'strategist'],
    ['get_chart_evidence', 'chart-analyst'],
    ['get_trend_evidence', 'trend-analyst'],
    ['get_news_evidence', 'news-analyst'],
    ['get_economic_evidence', 'economist'],
    ['get_risk_evidence', 'risk-analyst'],
  ];
  it.each(tools)('%s reaches an analyst bit for bit as the core builds it', async (tool, analyst) => {
    const definitions = [analysisServer, sentimentServer, executionServer];
    const home = definitions.find((each) => each.tools.some(({ name }) => name === tool))!;
    const scopes = auth('analysis:run', 'sentiment:read', 'account:read');
    const panel = await connect(mount(home, desk as unknown as ToolDeps, options), { as: scopes });
    const asOf = desk.clock.now() - HOUR;
    const { structuredContent, error } = await panel.call(tool, { symbol: 'EURUSD', interval: '1h', asOf });
    expect(error).toBeUndefined();
    const direct = evidenceOf[analyst](await desk.situation({ symbol: 'EURUSD', interval: '1h', asOf }));
    expect(canonicalJson(structuredContent?.data)).toBe(canonicalJson(direct));
    expect(Object.keys(direct.facts).length).toBeGreaterThan(1);
    expect(structuredContent?.meta).toMatchObject({ asOf: toIso(asOf), simulated: true });
  });
});
