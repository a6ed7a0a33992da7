import { randomUUID } from 'node:crypto';
import { createMcpHonoApp } from '@modelcontextprotocol/hono';
import {
  createMcpHandler,
  isLegacyRequest,
  type McpServerFactory,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { Context } from 'hono';
import { conformanceFactory } from './conformance-fixture.ts';

type Fetch = (request: Request) => Promise<Response>;

/** The Host and Origin checks that the API makes in a running desk, before any MCP endpoint. */
export function guarded(fetch: Fetch): Fetch {
  const app = createMcpHonoApp();
  app.all('/mcp', (c: Context) => {
    const body: unknown = c.get('parsedBody');
    const { method, headers, url, signal } = c.req.raw;
    // The app has read the body already; what goes on carries it again.
    return fetch(
      body === undefined ? c.req.raw : new Request(url, { method, headers, signal, body: JSON.stringify(body) }),
    );
  });
  return async (request) => app.fetch(request);
}

/** Sessions for the older era, because only a session can carry the server's questions back to an older client. */
function sessions(factory: McpServerFactory): Fetch {
  const open = new Map<string, WebStandardStreamableHTTPServerTransport>();
  return async (request) => {
    const known = request.headers.get('mcp-session-id');
    if (known !== null) {
      const transport = open.get(known);
      return transport ? transport.handleRequest(request) : new Response('No such session.', { status: 404 });
    }
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => {
        open.set(id, transport);
      },
    });
    const server = await factory({ era: 'legacy' });
    await server.connect(transport);
    return transport.handleRequest(request);
  };
}

/** The fixture server for both eras, as the conformance suite wants it. */
export function conformanceFetch(): Fetch {
  const factory: McpServerFactory = (context) =>
    conformanceFactory({
      onToolsChanged: () => handler.notify.toolsChanged(),
      onPromptsChanged: () => handler.notify.promptsChanged(),
    })(context);
  const handler = createMcpHandler(factory, { legacy: 'reject' });
  const older = sessions(factory);
  return guarded(async (request) => ((await isLegacyRequest(request)) ? older(request) : handler.fetch(request)));
}
