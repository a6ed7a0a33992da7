import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectTools } from './tool-client.ts';

const Input = z.strictObject({ symbol: z.string(), interval: z.string().optional() });

/** A server with one tool for each way a call can go. */
function handlerOf(name: string) {
  return createMcpHandler(() => {
    const server = new McpServer({ name, version: '1' });
    const config = { description: 'for a test', inputSchema: Input };
    server.registerTool('get_fact', config, async ({ symbol }) => {
      const data = { symbol, value: 0.1 + 0.2, home: name };
      return { content: [{ type: 'text', text: JSON.stringify(data) }], structuredContent: { data, meta: {} } };
    });
    server.registerTool('get_unknown', config, async () => ({
      isError: true,
      content: [
        {
          type: 'text',
          text: JSON.stringify({ error: { code: 'unknown_symbol', message: 'No EURUDS.', hint: 'EURUSD?' } }),
        },
      ],
    }));
    server.registerTool('get_words', config, async () => ({ content: [{ type: 'text', text: 'no structure' }] }));
    server.registerTool('get_bug', config, async () => {
      throw new Error('a bug');
    });
    server.registerTool('get_nothing', config, (_args, { mcpReq }) => {
      return new Promise((_, reject) => mcpReq.signal.addEventListener('abort', () => reject(new Error('stopped'))));
    });
    return server;
  });
}

/** The handler behind a real socket; remembers the tokens that came. */
async function serve(handler: ReturnType<typeof handlerOf>) {
  const tokens: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    const { method, headers } = request;
    tokens.push(headers.authorization);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
    const answer = await handler.fetch(
      new Request('http://127.0.0.1/mcp', { method, headers: headers as Record<string, string>, ...body }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, tokens, stop };
}

describe('the tools of MCP servers', () => {
  it('give their data unrounded, in process', async () => {
    const tools = await connectTools({ analysis: handlerOf('analysis') });
    const fact = await tools.call('get_fact', { symbol: 'EURUSD', interval: undefined });
    expect(fact).toEqual({ symbol: 'EURUSD', value: 0.1 + 0.2, home: 'analysis' });
    await tools.close();
  });

  it('are the same at a URL, with the token that was given', async () => {
    const { url, tokens, stop } = await serve(handlerOf('remote'));
    const tools = await connectTools({ remote: { url, token: 'secret' } });
    expect(await tools.call('get_fact', { symbol: 'AAPL' })).toMatchObject({ symbol: 'AAPL', home: 'remote' });
    expect(new Set(tokens)).toEqual(new Set(['Bearer secret']));
    await tools.close();
    await stop();
  });

  it('belong to the server named first', async () => {
    const tools = await connectTools({ first: handlerOf('first'), second: handlerOf('second') });
    expect(await tools.call('get_fact', { symbol: 'EURUSD' })).toMatchObject({ home: 'first' });
    expect(tools.tools()[0]).toEqual({ name: 'get_fact', server: 'first', description: 'for a test' });
    await tools.close();
  });

  it.each([
    ['a tool nobody has', 'get_moon', 'not_found', 'get_moon'],
    ['an unknown symbol', 'get_unknown', 'unknown_symbol', 'No EURUDS.'],
    ['a bug in the tool', 'get_bug', 'unavailable', 'get_bug failed'],
    ['an answer without structure', 'get_words', 'unavailable', 'without structured data'],
  ])('fail with a code for %s', async (_case, tool, code, message) => {
    const tools = await connectTools({ analysis: handlerOf('analysis') });
    await expect(tools.call(tool, { symbol: 'EURUDS' })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    await tools.close();
  });

  it('stop when told to', async () => {
    const tools = await connectTools({ analysis: handlerOf('analysis') });
    const stop = new AbortController();
    const pending = tools.call('get_nothing', { symbol: 'EURUSD' }, { signal: stop.signal });
    setImmediate(() => stop.abort());
    await expect(pending).rejects.toMatchObject({ code: 'cancelled' });
    await expect(tools.call('get_nothing', { symbol: 'EURUSD' }, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'timeout',
    });
    await tools.close();
  });

  it('of a foreign server are refused once their words have changed', async () => {
    const { url, stop } = await serve(handlerOf('foreign'));
    const first = await connectTools({ foreign: { url } });
    const { foreign: pin } = first.fingerprints();
    await first.close();
    const again = await connectTools({ foreign: { url, pin } });
    await again.close();
    await expect(connectTools({ foreign: { url, pin: 'of yesterday' } })).rejects.toMatchObject({
      code: 'forbidden',
      hint: expect.stringContaining(pin!),
    });
    await stop();
  });

  it('name a server that cannot be reached', async () => {
    await expect(connectTools({ gone: { url: 'http://127.0.0.1:1/mcp' } })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The MCP server gone cannot be reached.',
    });
  });
});
