import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServers, type ToolDeps } from '../mcp-servers/index.ts';
import { sessionCalendar } from '../src/adapters/calendar/sessions.ts';
import { canonicalJson } from '../src/domain/canonical.ts';
import { requireInstrument } from '../src/domain/instruments.ts';
import type { Evidence } from '../src/domain/record.ts';
import { analysts } from '../src/domain/signal.ts';
import { HOUR } from '../src/domain/time.ts';
import { evidenceOf, type Situation, situation } from '../src/evidence/situation.ts';
import { fakeClock } from '../src/testing/fake-clock.ts';
import { factsOf, plantedSeries } from '../src/testing/market-fixture.ts';
import { judges } from './judges/index.ts';
import { panel } from './panel.ts';
import { connectTools, type ToolClient } from './tool-client.ts';

/** The world that the servers see at the moment. */
let now: Situation;
let tools: ToolClient;
let close: () => Promise<void>;

beforeAll(async () => {
  const deps = {
    clock: fakeClock(),
    sessions: sessionCalendar,
    marketData: { resolve: requireInstrument },
    situation: async () => now,
  } as unknown as ToolDeps;
  const { analysis, sentiment, execution } = createServers(deps, { version: 'test' });
  tools = await connectTools({ analysis, sentiment, execution });
  close = async () => {
    await tools.close();
    await Promise.all([analysis, sentiment, execution].map((server) => server.close()));
  };
});
afterAll(() => close());

describe('the two roads of evidence', () => {
  it('through the MCP servers and straight from the core, are equal to the byte, and so are the signals', async () => {
    const worlds = fc.record({
      seed: fc.integer({ min: 1, max: 100_000 }),
      bars: fc.integer({ min: 2, max: 400 }),
      drift: fc.double({ min: -0.001, max: 0.001, noNaN: true }),
      volatility: fc.constantFrom(0, 0.0004, 0.002, 0.05),
      score: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(worlds, async ({ score, ...options }) => {
        const series = plantedSeries(options);
        const asOf = series.closeTime[series.length - 1]!;
        now = situation(
          factsOf(series, {
            quality: { score, flags: [], stale: false, checkedBars: 1, rejectedBars: 0 },
            news: [
              {
                id: 'n',
                headline: 'Euro “surges” – Ökonomen uneins\u200b <b>über</b> 1.1% & more',
                source: 'wire',
                tier: 1,
                eventTime: asOf - HOUR,
                receiveTime: asOf,
                symbols: ['EURUSD'],
              },
            ],
            events: [
              {
                id: 'e',
                name: 'CPI y/y',
                currency: 'USD',
                impact: 'high',
                eventTime: asOf - HOUR,
                announcedTime: asOf - 99 * HOUR,
                forecast: 0.1,
                actual: 0.30000000000000004,
                source: 'calendar',
              },
            ],
          }),
        );
        for (const analyst of panel) {
          const direct = evidenceOf[analyst.name](now);
          const gathered = await analyst.gather(tools, { symbol: 'EURUSD', interval: '1h', asOf });
          expect(canonicalJson(gathered)).toBe(canonicalJson(direct));
          expect(analyst.judge(gathered)).toEqual(judges[analyst.name](direct as Evidence));
        }
      }),
      { numRuns: 15 },
    );
  });

  it('are walked by all six', () => {
    expect(panel.map(({ name }) => name).sort()).toEqual([...analysts].sort());
    for (const { name, judge } of panel) expect(judge).toBe(judges[name]);
  });
});
