import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OlderStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerName, serverName, serverNames } from './index.ts';
import { auth, connect, connectOlder, listen, type TestClient, wrap } from './testing/clients.ts';
import { type TradingDesk, tradingDesk } from './testing/trading-desk.ts';
import { paperScopes } from './tool.ts';

const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const node = existsSync(own) ? own : process.execPath;
const bridge = fileURLToPath(new URL('testing/stdio-fixture.ts', import.meta.url));

/** One question to each server that goes all the way down. */
const questions: Record<ServerName, [tool: string, args: Record<string, unknown>, answer: object]> = {
  'market-data': ['get_bars', { symbol: 'EUR/USD', limit: '3' }, { symbol: 'EURUSD', rows: { length: 3 } }],
  analysis: [
    'get_regime',
    { symbol: 'BTC-USD', timeframe: '4h' },
    { interval: '4h', regime: { name: expect.any(String) } },
  ],
  sentiment: ['get_sentiment', { symbols: 'EURUSD,AAPL' }, { sentiment: [{ symbol: 'EURUSD' }, { symbol: 'AAPL' }] }],
  execution: ['get_account_info', {}, { currency: 'USD', cash: '100000' }],
  conclave: ['analyze_symbol', { symbol: 'eurusd' }, { symbol: 'EURUSD', signals: { length: 6 } }],
};

let world: TradingDesk;
let server: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
  world = await tradingDesk();
  server = await listen(async (request) => {
    const name = serverName(new URL(request.url).pathname.replace('/mcp/', ''));
    if (!name || request.headers.get('authorization') !== 'Bearer secret') {
      return Response.json({ error: { code: 'unauthorized', message: 'Sign in.' } }, { status: 401 });
    }
    return world.servers[name].fetch(request, auth(...paperScopes));
  });
});
afterAll(async () => {
  await server.close();
  await world.close();
});

const roads: Record<string, (name: ServerName) => Promise<TestClient>> = {
  'the 2.x client, newer era, in process': (name) => connect(world.servers[name], { as: auth(...paperScopes) }),
  'the 2.x client, older era, in process': (name) =>
    connect(world.servers[name], { mode: 'legacy', as: auth(...paperScopes) }),
  'the 1.x client over HTTP': (name) => connectOlder(`${server.url}/mcp/${name}`, 'secret'),
  'the 1.x client over stdio': async (name) => {
    const client = new OlderClient({ name: 'older', version: '1' });
    await client.connect(new OlderStdio({ command: node, args: [bridge, 'bridge', server.url, 'secret', name] }));
    return wrap(client);
  },
};

describe.each(serverNames)('%s', (name) => {
  it.each(Object.keys(roads))('answers %s', async (road) => {
    const client = await roads[road]!(name);
    const [tool, args, answer] = questions[name];
    const tools = await client.tools();
    expect(tools.map((each) => each.name)).toContain(tool);
    expect(tools.length).toBeGreaterThanOrEqual(4);
    const outcome = await client.call(tool, args);
    expect(outcome.error).toBeUndefined();
    expect(outcome.structuredContent?.data).toMatchObject(answer);
    expect(JSON.parse(outcome.content[0]!.text)).toEqual(outcome.structuredContent);
    expect((await client.call(tool, { ...args, nonsense: 1 })).error?.code).toBe('invalid_input');
    await client.close();
  });
});

it('a wrong token is turned away', async () => {
  await expect(connectOlder(`${server.url}/mcp/execution`, 'guess')).rejects.toThrow();
});
