import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecisionDocument, JournalEntry } from '../../src/domain/record.ts';
import { analysts, type SettledForecast } from '../../src/domain/signal.ts';
import { HOUR } from '../../src/domain/time.ts';
import { auth, connect, type TestClient } from '../testing/clients.ts';
import { type TradingDesk, tradingDesk } from '../testing/trading-desk.ts';
import { paperScopes } from '../tool.ts';

let world: TradingDesk;
let client: TestClient;
beforeAll(async () => {
  world = await tradingDesk();
  client = await connect(world.servers.conclave, { as: auth(...paperScopes) });
});
afterAll(() => world.close());

const ask = async <T = Record<string, unknown>>(tool: string, args: Record<string, unknown> = {}) => {
  const outcome = await client.call(tool, args);
  expect(outcome.error).toBeUndefined();
  expect(JSON.parse(outcome.content[0]!.text)).toEqual(outcome.structuredContent);
  return outcome.structuredContent as unknown as { data: T; meta: Record<string, unknown> };
};

describe('analyze_symbol', () => {
  it('gives six signals, the consensus, the order and the checks, within 2,000 tokens', async () => {
    const { data, meta } = await ask<DecisionDocument>('analyze_symbol', { symbol: 'EUR/USD', timeframe: '1Hour' });
    expect(data.signals.map((signal) => signal.analyst)).toEqual(analysts);
    expect(data.signals.every((signal) => signal.reason !== 'failed' && signal.rationale.length > 0)).toBe(true);
    expect(data).toMatchObject({
      symbol: 'EURUSD',
      interval: '1h',
      simulated: true,
      consensus: { direction: expect.stringMatching(/long|flat|short/), quorum: { met: true } },
      risk: { outcome: expect.any(String) },
      decisionId: expect.stringMatching(/^dec/),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(meta).toMatchObject({ simulated: true, source: 'simulated', asOf: '2025-06-18T14:00:00.000Z' });
    expect(JSON.stringify({ data, meta }).length).toBeLessThan(8_000);
  });

  it('records what it said: the same decision by its id, whole when asked for', async () => {
    const { data } = await ask<DecisionDocument>('analyze_symbol', { symbol: 'BTCUSDT', response_format: 'detailed' });
    const again = await ask<DecisionDocument>('get_decision', {
      decision_id: data.decisionId,
      response_format: 'detailed',
    });
    expect(again.data).toEqual(data);
    expect(data.signals[0]!.evidence[0]).toMatchObject({ id: expect.any(String), source: expect.any(String) });
    const { data: list } = await ask<{ decisions: { decisionId: string; symbol: string }[] }>('list_decisions', {
      limit: 1,
    });
    expect(list.decisions).toMatchObject([{ decisionId: data.decisionId, symbol: 'BTCUSDT', simulated: true }]);
    const other = await ask<{ decisions: unknown[] }>('list_decisions', { symbol: 'AAPL' });
    expect(other.data.decisions).toEqual([]);
    expect((await client.call('get_decision', { decision_id: 'dec_0' })).error?.code).toBe('not_found');
  });

  it('tells how far it is', async () => {
    const chat = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    const transport = new StreamableHTTPClientTransport(new URL('http://desk.test/mcp'), {
      fetch: (input, init) => world.servers.conclave.fetch(new Request(input, init), auth(...paperScopes)),
    });
    await chat.connect(transport);
    const seen: (string | undefined)[] = [];
    const args = { name: 'analyze_symbol', arguments: { symbol: 'XAUUSD' } };
    await chat.callTool(args, { onprogress: ({ progress, message }) => seen.push(`${progress} ${message}`) });
    expect(seen.map((each) => Number(each?.split(' ')[0]))).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(seen.join()).toContain('strategist');
    await chat.close();
  });

  it('answers an unknown symbol with suggestions', async () => {
    const { error } = await client.call('analyze_symbol', { symbol: 'EURSUD' });
    expect(error).toMatchObject({
      code: 'unknown_symbol',
      details: { suggestions: expect.arrayContaining(['EURUSD']) },
    });
  });
});

describe('from analysis to portfolio', () => {
  it('places a decision once, and shows it in the portfolio', async () => {
    // One of these the panel wants to trade; which, follows from the seed of the simulated market.
    for (const symbol of ['EURUSD', 'GBPUSD', 'USDCHF', 'AUDUSD', 'BTCUSDT', 'ETHUSDT', 'XAUUSD', 'AAPL', 'MSFT']) {
      const { data } = await ask<DecisionDocument>('analyze_symbol', { symbol });
      if (!['approved', 'resized'].includes(data.risk.outcome)) continue;
      const placed = await ask<{ outcome: string; orders: unknown[] }>('place_decision', {
        decision_id: data.decisionId,
      });
      await world.settled();
      expect(placed.data.outcome).toBe('placed');
      const again = await ask<{ outcome: string }>('place_decision', { decisionId: data.decisionId });
      expect(again.data.outcome).toBe('placed');
      const { data: portfolio } = await ask<{ account: object; positions: object[] }>('get_portfolio');
      expect(portfolio.account).toMatchObject({ currency: 'USD', openPositions: 1 });
      expect(portfolio.positions).toMatchObject([{ symbol, mark: expect.any(Number), simulated: true }]);
      expect((await ask('close_position', { symbol })).data).toMatchObject({ outcome: 'placed' });
      return;
    }
    expect.fail('The panel wanted to trade none of these.');
  });

  it('keeps score of forecasts that have settled, and says when none has', async () => {
    const { data } = await ask<{ analysts: object[] }>('get_scoreboard');
    expect(data.analysts).toHaveLength(7);
    expect(data.analysts).toContainEqual({
      analyst: 'consensus',
      settled: 0,
      hitRate: null,
      brier: null,
      logScore: null,
    });

    const made = world.clock.now();
    const settled = (id: string, correct: boolean): JournalEntry => ({
      kind: 'forecast-settled',
      payload: {
        id,
        decisionId: 'dec_1',
        analyst: 'economist',
        symbol: 'EURUSD',
        interval: '1h',
        direction: 'long',
        probability: 0.6,
        confidence: 0.5,
        mark: 1.1,
        madeAt: made,
        settlesAt: made + HOUR,
        regime: 'range',
        assetClass: 'fx',
        settledAt: made + HOUR,
        settleMark: correct ? 1.2 : 1,
        correct,
        brier: correct ? 0.16 : 0.36,
        logScore: Math.log(correct ? 0.6 : 0.4),
      },
    });
    await world.desk.book.append('paper', () =>
      ['a', 'b', 'c', 'd'].flatMap((id, i): JournalEntry[] => {
        const entry = settled(id, i > 0);
        return [{ kind: 'forecast', payload: entry.payload as SettledForecast }, entry];
      }),
    );
    const scored = (await ask<{ analysts: { analyst: string }[] }>('get_scoreboard')).data.analysts;
    expect(scored.find((each) => each.analyst === 'economist')).toMatchObject({
      settled: 4,
      hitRate: 0.75,
      brier: 0.21,
    });
  });
});

describe.each(['auto', 'legacy'] as const)('prompts and resources for a %s client', (mode) => {
  let chat: Client;
  beforeAll(async () => {
    chat = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    const transport = new StreamableHTTPClientTransport(new URL('http://desk.test/mcp'), {
      fetch: (input, init) =>
        world.servers.conclave.fetch(new Request(input, init), auth('analysis:run', 'account:read')),
    });
    await chat.connect(transport);
  });
  afterAll(() => chat.close());

  it('offer three prompts and complete symbols in them', async () => {
    const { prompts } = await chat.listPrompts();
    expect(prompts.map((each) => each.name)).toEqual(['analyze', 'daily_brief', 'trade_review']);
    const { messages } = await chat.getPrompt({ name: 'analyze', arguments: { symbol: 'EURUSD', interval: '4h' } });
    expect(messages).toMatchObject([{ role: 'user', content: { text: expect.stringContaining('EURUSD on 4h') } }]);
    const ref = { type: 'ref/prompt' as const, name: 'analyze' };
    const { completion } = await chat.complete({ ref, argument: { name: 'symbol', value: 'eur/' } });
    expect(completion.values).toContain('EURUSD');
    expect(completion.values.every((each) => each.startsWith('EUR'))).toBe(true);
    for (const { name } of prompts.slice(1)) {
      expect((await chat.getPrompt({ name, arguments: {} })).messages).toHaveLength(1);
    }
  });

  it('give the portfolio and a decision under their addresses', async () => {
    const { resources } = await chat.listResources();
    expect(resources.map((each) => each.uri)).toEqual(['conclave://portfolio']);
    const portfolio = await chat.readResource({ uri: 'conclave://portfolio' });
    expect(JSON.parse((portfolio.contents[0] as { text: string }).text).data.account.currency).toBe('USD');
    const { decisionId } = (await ask<DecisionDocument>('analyze_symbol', { symbol: 'EURUSD' })).data;
    const decision = await chat.readResource({ uri: `conclave://decisions/${decisionId}` });
    expect(JSON.parse((decision.contents[0] as { text: string }).text).data.decisionId).toBe(decisionId);
    await expect(chat.readResource({ uri: 'conclave://decisions/ghost' })).rejects.toMatchObject({ code: -32602 });
    await expect(chat.readResource({ uri: 'conclave://secrets' })).rejects.toThrow();
  });
});

it('a resource needs the scope of its tool', async () => {
  const chat = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const transport = new StreamableHTTPClientTransport(new URL('http://desk.test/mcp'), {
    fetch: (input, init) => world.servers.conclave.fetch(new Request(input, init), auth('market:read')),
  });
  await chat.connect(transport);
  await expect(chat.readResource({ uri: 'conclave://portfolio' })).rejects.toThrow(/account:read/);
  await chat.close();
});
