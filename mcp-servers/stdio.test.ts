import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveInstrument } from '../src/domain/instruments.ts';
import { resolveSymbol } from './market-data/tools/instruments.ts';
import { mount } from './shell.ts';
import { bridgeStdio } from './stdio.ts';
import { auth, listen, type TestClient, wrap } from './testing/clients.ts';

const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
/** The project's own Node reads TypeScript; the one that runs the tests may be older. */
const node = existsSync(own) ? own : process.execPath;
const fixture = fileURLToPath(new URL('testing/stdio-fixture.ts', import.meta.url));

const desk = mount(
  { name: 'market-data', title: 'Fixture', instructions: 'Ask.', tools: [resolveSymbol] },
  {
    clock: { now: () => Date.UTC(2025, 5, 18, 14) },
    marketData: { find: async (spelling: string) => resolveInstrument(spelling) },
  },
  { version: '0' },
);
const owner = async (request: Request) => {
  if (new URL(request.url).pathname !== '/mcp/market-data') return Response.json({ error: { message: 'Not here.' } });
  if (request.headers.get('authorization') !== 'Bearer secret') {
    return Response.json({ error: { code: 'unauthorized', message: 'Sign in.' } }, { status: 401 });
  }
  return desk.fetch(request, auth('market:read'));
};

let server: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
  server = await listen(owner);
});
afterAll(() => server.close());

const argsOf = (mode: string) => [fixture, mode, ...(mode === 'bridge' ? [server.url, 'secret'] : [])];

async function spawned(mode: string, line: string): Promise<TestClient> {
  const command = { command: node, args: argsOf(mode), stderr: 'inherit' as const };
  if (line === 'older') {
    const client = new OlderClient({ name: 'older', version: '1' });
    await client.connect(new OlderTransport(command));
    return wrap(client);
  }
  const client = new Client(
    { name: 'newer', version: '1' },
    { versionNegotiation: { mode: line as 'auto' | 'legacy' } },
  );
  await client.connect(new StdioClientTransport(command));
  return wrap(client);
}

describe.each(['direct', 'bridge'])('a %s stdio server', (mode) => {
  it.each(['auto', 'legacy', 'older'])('answers the %s client', async (line) => {
    const client = await spawned(mode, line);
    expect((await client.tools()).map((each) => each.name)).toEqual(['resolve_symbol']);
    expect(client.instructions()).toBe('Ask.');
    const answers = await Promise.all([
      client.call('resolve_symbol', { symbol: 'EUR/USD' }),
      client.call('resolve_symbol', { symbol: 'gold' }),
    ]);
    expect(answers.map((each) => each.structuredContent?.data.instrument)).toMatchObject([
      { symbol: 'EURUSD' },
      { symbol: 'XAUUSD' },
    ]);
    expect((await client.call('resolve_symbol', {})).error?.code).toBe('invalid_input');
    await client.close();
  });

  it('writes nothing but JSON-RPC to stdout, and ends when stdin does', async () => {
    const requests = [
      {
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
      },
      { method: 'notifications/initialized' },
      { id: 2, method: 'tools/list' },
      { id: 3, method: 'tools/call', params: { name: 'resolve_symbol', arguments: { symbol: 'AAPL' } } },
    ];
    const child = spawn(node, argsOf(mode), { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    const lines = () =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    const answered = new Promise<void>((resolve) =>
      child.stdout.on('data', (chunk) => {
        text += chunk;
        if (lines().length === 3) resolve();
      }),
    );
    for (const each of requests) child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...each })}\n`);
    await answered;
    child.stdin.end();
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
    expect(lines().every((each) => each.jsonrpc === '2.0')).toBe(true);
    expect(
      lines()
        .map((each) => each.id)
        .sort(),
    ).toEqual([1, 2, 3]);
  });
});

/** A bridge in this process, spoken to line by line. */
function bridge(options: Partial<Parameters<typeof bridgeStdio>[0]>) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const logged: string[] = [];
  const done = bridgeStdio({
    url: server.url,
    token: 'secret',
    name: 'market-data',
    input,
    output,
    log: (line) => logged.push(line),
    ...options,
  });
  let text = '';
  output.on('data', (chunk) => {
    text += chunk;
  });
  return {
    logged,
    say: (message: object | string) =>
      input.write(`${typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
    async end() {
      input.end();
      await done;
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    },
  };
}

const ask = { id: 7, method: 'tools/call', params: { name: 'resolve_symbol', arguments: { symbol: 'EURUSD' } } };

describe('the bridge', () => {
  it('says that the desk is not there, and goes on', async () => {
    const { say, end, logged } = bridge({ url: 'http://127.0.0.1:9' });
    say(ask);
    say({ ...ask, id: 8 });
    const answers = await end();
    expect(answers.map((each) => each.id)).toEqual([7, 8]);
    expect(answers[0].error.message).toContain('Start it with npm start');
    expect(logged).toHaveLength(2);
  });

  it('finds an owner that restarted with another token', async () => {
    let asked = 0;
    const relocate = async () => {
      asked++;
      return { url: server.url, token: 'secret' };
    };
    const { say, end } = bridge({ token: 'old', relocate });
    say(ask);
    expect((await end())[0].result.structuredContent.data.outcome).toBe('found');
    const moved = bridge({ url: 'http://127.0.0.1:9', relocate });
    moved.say(ask);
    expect((await moved.end())[0].result.structuredContent.data.outcome).toBe('found');
    expect(asked).toBe(2);
  });

  it('passes on why the desk refuses', async () => {
    const { say, end } = bridge({ token: 'wrong' });
    say(ask);
    expect((await end())[0]).toMatchObject({ id: 7, error: { message: 'Conclave refused the request: Sign in.' } });
  });

  it('answers a line that is not JSON with a parse error, and reads on', async () => {
    const { say, end } = bridge({});
    say('{"jsonrpc":');
    say(ask);
    const answers = await end();
    expect(answers[0]).toMatchObject({ id: null, error: { code: -32700 } });
    expect(answers[1].id).toBe(7);
  });

  it('hangs up on a cancelled request and answers nothing for it', async () => {
    let hungUp = false;
    let arrived: () => void = () => {};
    const there = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const stuck: typeof fetch = (_input, init) =>
      new Promise((_resolve, reject) => {
        arrived();
        init?.signal?.addEventListener('abort', () => {
          hungUp = true;
          reject(new Error('aborted'));
        });
      });
    const { say, end } = bridge({ fetch: stuck });
    say(ask);
    await there;
    say({ method: 'notifications/cancelled', params: { requestId: 7 } });
    expect(await end()).toEqual([]);
    expect(hungUp).toBe(true);
  });

  it('carries the newer protocol headers, names in any script included', async () => {
    const seen: Record<string, string | null>[] = [];
    const watching: typeof fetch = async (input, init) => {
      const { headers } = new Request(input as string, init);
      const wanted = ['mcp-protocol-version', 'mcp-method', 'mcp-name'];
      seen.push(Object.fromEntries(wanted.map((name) => [name, headers.get(name)])));
      return new Response(': hello\n\ndata: {"jsonrpc":"2.0",\ndata: "id":7,"result":{}}\r\n\r\n', {
        headers: { 'Content-Type': 'text/event-stream' },
      });
    };
    const { say, end } = bridge({ fetch: watching });
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
    say({ ...ask, params: { name: 'zitať', arguments: {}, _meta } });
    expect(await end()).toEqual([{ jsonrpc: '2.0', id: 7, result: {} }]);
    expect(seen[0]).toEqual({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': `=?base64?${Buffer.from('zitať').toString('base64')}?=`,
    });
  });
});
